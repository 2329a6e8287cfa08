import { describe, expect, it } from "vitest";
import { failingMinuteWindows, windowsSharePercent } from "../../../rollout/rollback-test/windows.ts";
import { seededRandom, simulateRollout } from "./simulated-rollout.ts";

const settings = { errorRatePercent: 1, scheduleSeconds: 62 * 3600, minimumFailingMinutes: 3 };
const windows = failingMinuteWindows(settings);

it("watches windows of ten minutes to an hour", () => {
  expect(windows).toEqual([
    { minutes: 10, failingMinutes: 7, failingShare: 0.5625 },
    { minutes: 20, failingMinutes: 13, failingShare: 0.125 },
    { minutes: 60, failingMinutes: 36, failingShare: 0.03125 },
    { minutes: 60, failingMinutes: 4, failingShare: 0, mostRequests: 6 },
    { minutes: 60, failingMinutes: 6, failingShare: 0, mostRequests: 21 },
    { minutes: 60, failingMinutes: 9, failingShare: 0, mostRequests: 62 },
  ]);
});

it("asks for more where the schedule is longer or more failures are allowed", () => {
  const most = (given: typeof settings) => failingMinuteWindows(given).map(({ mostRequests = 0 }) => mostRequests);
  const failing = (given: typeof settings) => failingMinuteWindows(given).map(({ failingMinutes }) => failingMinutes);
  expect(most({ ...settings, scheduleSeconds: 28 * 86_400 }).at(-1)).toBeLessThan(most(settings).at(-1) ?? 0);
  expect(most({ ...settings, errorRatePercent: 2 }).at(-1)).toBeLessThan(most(settings).at(-1) ?? 0);
  expect(failing({ ...settings, errorRatePercent: 2 })[2]).toBeGreaterThan(failing(settings)[2] ?? 0);
  // A schedule of hours may be kept for days.
  expect(failingMinuteWindows({ ...settings, scheduleSeconds: 3600 })).toEqual(windows);
});

it("asks for no fewer failing minutes than the minimum", () => {
  const raised = failingMinuteWindows({ ...settings, minimumFailingMinutes: 12 });
  expect(raised.map(({ minutes, failingMinutes }) => [failingMinutes, minutes])).toEqual([
    [13, 20],
    [36, 60],
    [12, 60],
  ]);
  expect(raised.at(-1)?.mostRequests).toBe(windows.at(-1)?.mostRequests);
});

describe("a release at A1's rate", () => {
  // At these rates one of the windows has as many requests as it allows, or a minute as many as fail most easily.
  it.each([6, 21, 62, 420, 1800])("is not returned by an alarm in a week of %i requests an hour", (requestsPerHour) => {
    const week = [{ weightPercent: 100, bakeSeconds: 7 * 86_400 }];
    const random = seededRandom(requestsPerHour);
    const runs = 60;
    const test = { boundaries: [], windows, minimumFailingMinutes: 3 };
    let returned = 0;
    for (let run = 0; run < runs; run++) {
      const end = simulateRollout(test, week, { requestsPerHour, candidatePercent: 1, livePercent: 1 }, random);
      if (end.cause !== undefined) returned++;
    }
    // Of 60, 0.24 are allowed; more than 3 come about in 1 of 8,000 such trials.
    expect(returned).toBeLessThanOrEqual((runs * windowsSharePercent) / 100 + 3);
  });
});
