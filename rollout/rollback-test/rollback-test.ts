import type { Step } from "../schedule.ts";
import { type Boundary, checkBoundaries, checkSharePercent } from "./boundaries.ts";
import { type FailingMinutes, failingMinuteWindows, windowsSharePercent } from "./windows.ts";

/** What the automatic rollback's test follows from. */
export interface RollbackTestSettings {
  /** Guide C3: error rate that is still good, per cent. */
  readonly objectivePercent: number;
  /** Guide A1: error rate that must not be exceeded, per cent. */
  readonly errorRatePercent: number;
  /** Fewest failing minutes that return traffic, at most 60; where periods of five minutes count, as many of them. */
  readonly minimumFailingMinutes: number;
  readonly steps: readonly Step[];
}

/**
 * When the traffic is returned without a person: what the alarms and the minute check compute, as plain numbers. Alarms and
 * check are built from this, and a simulation of it is one of what AWS will do.
 */
export interface RollbackTest {
  /** The minute check, over the whole time since the release's first public traffic, and since any moment of it. */
  readonly boundaries: readonly Boundary[];
  /** The alarms, over windows of minutes to an hour. */
  readonly windows: readonly FailingMinutes[];
  /** Fewest failing minutes that return traffic, in the check as in the alarms. */
  readonly minimumFailingMinutes: number;
}

/** How likely a good release is to be returned in a whole rollout, per cent, by check and alarms together. */
export const falseRollbackPercent: number = checkSharePercent + windowsSharePercent;

/**
 * Minutes from the end of the minute that decides until the traffic has moved: CloudWatch has a minute's metrics within the
 * next two, the check and the alarms look once a minute, and the machine takes seconds. Clients with a session that sticks
 * stay longer.
 */
export const rollbackDelayMinutes = 3;

/** Minutes of a rollout that the test is meant for, at least. A gate that lacks data may keep a step for days. */
const leastRolloutMinutes = 7 * 24 * 60;

/** Makes the test of config and schedule. */
export function planRollbackTest(settings: RollbackTestSettings): RollbackTest {
  const { objectivePercent, errorRatePercent, minimumFailingMinutes, steps } = settings;
  const scheduleSeconds = steps.reduce((sum, { bakeSeconds }) => sum + bakeSeconds, 0);
  const rolloutMinutes = Math.max(leastRolloutMinutes, scheduleSeconds / 60);
  return {
    boundaries: checkBoundaries({ objectivePercent, rolloutMinutes }),
    windows: failingMinuteWindows({
      errorRatePercent,
      rolloutMinutes,
      minimumFailingPeriods: minimumFailingMinutes,
    }),
    minimumFailingMinutes,
  };
}
