import { expect, it } from "vitest";
import { failingMinuteWindows, periodsIn } from "../../../rollout/rollback-test/windows.ts";

const week = 7 * 24 * 60;
const settings = { errorRatePercent: 1, rolloutMinutes: week, minimumFailingPeriods: 3 };
const planned = () => failingMinuteWindows(settings);

it("watches windows of ten minutes to an hour", () => {
  const busy = { periodMinutes: 1, leastRequests: 1 };
  const quiet = { minutes: 60, periodMinutes: 5, failingShare: 0, leastRequests: 1 };
  expect(planned()).toEqual([
    { minutes: 10, periodMinutes: 1, failingPeriods: 7, failingShare: 0.5625, leastRequests: 4 },
    { minutes: 30, periodMinutes: 5, failingPeriods: 6, failingShare: 0.125, leastRequests: 1 },
    { ...busy, minutes: 60, failingPeriods: 36, failingShare: 0.03125 },
    { ...quiet, failingPeriods: 4, mostRequests: 6 },
    { ...quiet, failingPeriods: 6, mostRequests: 21 },
    { ...quiet, failingPeriods: 9, mostRequests: 62 },
  ]);
});

it("asks for more where the rollout is longer or more failures are allowed", () => {
  const most = (given: typeof settings) => failingMinuteWindows(given).map(({ mostRequests = 0 }) => mostRequests);
  const failing = (given: typeof settings) => failingMinuteWindows(given).map(({ failingPeriods }) => failingPeriods);
  expect(most({ ...settings, rolloutMinutes: 4 * week }).at(-1)).toBeLessThan(most(settings).at(-1) ?? 0);
  expect(most({ ...settings, errorRatePercent: 2 }).at(-1)).toBeLessThan(most(settings).at(-1) ?? 0);
  const stricter = failing({ ...settings, errorRatePercent: 2 });
  expect(stricter.find((periods) => periods > 9)).toBeGreaterThan(36);
});

it("asks for no fewer failing periods than the minimum", () => {
  const raised = failingMinuteWindows({ ...settings, minimumFailingPeriods: 12 });
  expect(raised.map((window) => [window.failingPeriods, periodsIn(window)])).toEqual([
    [36, 60],
    [12, 12],
  ]);
  expect(raised.at(-1)?.mostRequests).toBe(planned().at(-1)?.mostRequests);
});

it("looks for no error rate that is less than twice what A1 allows", () => {
  const looksFor5 = (errorRatePercent: number) =>
    failingMinuteWindows({ ...settings, errorRatePercent }).some(({ failingShare }) => failingShare === 0.03125);
  expect([looksFor5(2.5), looksFor5(2.6)]).toEqual([true, false]);
});

it("leaves out a window that has fewer periods than the minimum asks for, and keeps one that has as many", () => {
  const periods = (minimumFailingPeriods: number) =>
    failingMinuteWindows({ ...settings, minimumFailingPeriods }).map((window) => [
      window.failingPeriods,
      periodsIn(window),
    ]);
  // Of 30 minutes six periods of five, and of 10 minutes ten.
  expect(periods(6)).toContainEqual([6, 6]);
  expect(periods(7).some(([, all]) => all === 6)).toBe(false);
  expect(periods(10)).toContainEqual([10, 10]);
  expect(periods(11).some(([, all]) => all === 10)).toBe(false);
});

it("watches a quiet window in which every request fails, as long as that is rare enough", () => {
  const mostOfFour = (errorRatePercent: number) =>
    failingMinuteWindows({ ...settings, errorRatePercent }).find(({ failingPeriods }) => failingPeriods === 4)
      ?.mostRequests;
  // With 1.5 failing periods for a failing client, a share of 0.39 % / 6 and 168 h: of 4 requests all fail by chance where
  // 1.5 * A1 is at most (0.00065 / (4 * 168)) ** (1 / 4) = 3.14 %; of 5 requests so many where it is at most 2.11 %.
  expect([1.3, 1.5, 2, 2.2].map(mostOfFour)).toEqual([5, 4, 4, undefined]);
});

it("watches no quiet window in which even the fewest requests would fail by chance", () => {
  const quiet = failingMinuteWindows({ ...settings, errorRatePercent: 30 }).filter(({ mostRequests }) => mostRequests);
  expect(quiet.map(({ failingPeriods }) => failingPeriods)).toEqual([]);
});
