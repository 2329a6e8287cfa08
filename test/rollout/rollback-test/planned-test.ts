import { planRollbackTest, type RollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import type { MinuteCounts } from "../../../rollout/rollback-test/rollback-watch.ts";
import type { Step } from "../../../rollout/schedule.ts";

/** The guide's schedule (R1, R3). */
export const guideSteps: readonly Step[] = [
  { weightPercent: 5, bakeSeconds: 2 * 3600 },
  { weightPercent: 25, bakeSeconds: 4 * 3600 },
  { weightPercent: 50, bakeSeconds: 8 * 3600 },
  { weightPercent: 100, bakeSeconds: 48 * 3600 },
];

/** What production plans: C3 is 0.5 %, A1 is 1 %. Each test plans it anew, so that it notices a change of the code. */
export function planTest(): RollbackTest {
  return planRollbackTest({
    objectivePercent: 0.5,
    errorRatePercent: 1,
    minimumFailingMinutes: 3,
    steps: guideSteps,
  });
}

/** A minute in which the load balancer answered nothing itself, and nobody opened a WebSocket. */
export interface TaskMinute {
  readonly minute: number;
  readonly candidateRequests: number;
  readonly candidateFailures: number;
  readonly liveRequests: number;
  readonly liveFailures: number;
}

/** Where tasks answered everything, each colour's failures are its own. */
export function minuteOf({ candidateFailures, liveFailures, ...minute }: TaskMinute): MinuteCounts {
  const answered = { candidateUnanswered: 0, liveUnanswered: 0, byBalancer: 0 };
  return { ...minute, ...answered, candidateTaskFailures: candidateFailures, liveTaskFailures: liveFailures };
}
