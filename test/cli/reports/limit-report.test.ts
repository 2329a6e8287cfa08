import { describe, expect, it } from "vitest";
import { comingLimitLines, reachedLimitLines, standingLimit } from "../../../cli/reports/limit-report.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import type { OnLimit, Schedule } from "../../../rollout/schedule.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import { guideSchedule, recordAt } from "../../support/rollout.ts";

const days = 86_400;
const limited = (limitSeconds: number, onLimit: OnLimit = "notify"): Schedule => ({
  ...guideSchedule,
  steps: guideSchedule.steps.map((step) => (step.weightPercent === 5 ? { ...step, limitSeconds } : step)),
  onLimit,
});

/** The limit of a step that began on 23 November 2026 at 12:00 UTC. */
function limitAt(time: string, schedule: Schedule, record: Partial<RolloutRecord> = {}, inAws = 5) {
  const stands = recordAt(5, record);
  return standingLimit({
    record: stands,
    schedule,
    split: weightsByColour("blue", inAws),
    takenAt: new Date(time),
  });
}

describe("the limit of the step that stands", () => {
  it("is counted from the record, to the second", () => {
    const schedule = limited(5 * days, "rollback");
    expect(limitAt("2026-11-28T11:59:59Z", schedule)).toEqual({
      weightPercent: 5,
      seconds: 5 * days,
      reachedAt: "2026-11-28T12:00:00.000Z",
      secondsLeft: 1,
      onLimit: "rollback",
    });
    expect(limitAt("2026-11-28T12:00:00Z", schedule)?.secondsLeft).toBe(0);
  });

  it("is the one of the schedule in force, where the file has another", () => {
    const { steps, freezeWindows, onLimit } = limited(5 * days, "rollback");
    const found = limitAt("2026-11-24T12:00:00Z", limited(7 * days), { schedule: { steps, freezeWindows, onLimit } });
    expect(found).toMatchObject({ seconds: 5 * days, onLimit: "rollback" });
    expect(limitAt("2026-11-24T12:00:00Z", limited(7 * days))).toMatchObject({ seconds: 7 * days, onLimit: "notify" });
  });

  it("is none at another step, and none where the traffic was returned already", () => {
    expect(limitAt("2026-11-29T12:00:00Z", guideSchedule)).toBeNull();
    expect(limitAt("2026-11-29T12:00:00Z", limited(5 * days), {}, 0)).toBeNull();
  });
});

describe("what people read of it", () => {
  const clockAt = (time: string) => ({ now: new Date(time), timeZone: "Australia/Melbourne" });

  it("is when it comes, and what happens then", () => {
    const now = "2026-11-27T12:00:00Z";
    const coming = (onLimit: OnLimit) => comingLimitLines(limitAt(now, limited(5 * days, onLimit)), clockAt(now));
    expect(coming("notify")).toEqual([
      "The step may stay 5 d: at 2026-11-28 23:00 (Melbourne), 12:00 UTC people are told.",
    ]);
    expect(coming("rollback")).toEqual([
      "The step may stay 5 d: at 2026-11-28 23:00 (Melbourne), 12:00 UTC the traffic goes back by itself.",
    ]);
    expect(reachedLimitLines(limitAt(now, limited(5 * days)), "production", clockAt(now))).toEqual([]);
  });

  it("is that it was reached, and what to do", () => {
    const now = "2026-11-28T12:30:00Z";
    const reached = (onLimit: OnLimit) =>
      reachedLimitLines(limitAt(now, limited(5 * days, onLimit)), "production", clockAt(now));
    const what = "LIMIT REACHED: the 5 % step was to stay 5 d at most, until 23:00 (Melbourne), 12:00 UTC.";
    expect(reached("notify")).toEqual([`${what} Decide now: go on, or roll back. Nothing moves by itself.`]);
    expect(reached("rollback")).toEqual([
      `${what} The rollback's machine returns the traffic. CloudWatch looks once an hour, so this may take two hours; after that do it yourself:`,
      "    npm run rollout -- rollback --stage production",
    ]);
    expect(comingLimitLines(limitAt(now, limited(5 * days)), clockAt(now))).toEqual([]);
  });
});
