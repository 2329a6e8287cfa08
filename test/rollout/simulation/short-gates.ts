import { planRollbackTest } from "../../../rollout/rollback-test/rollback-test.ts";
import type { Step } from "../../../rollout/schedule.ts";
import type { GatesToSimulate } from "../../../rollout/simulation/simulated-gates.ts";

/** Short steps, so that an exposure is computed within milliseconds. */
export const steps: readonly Step[] = [5, 25, 100].map((weightPercent) => ({ weightPercent, bakeSeconds: 1200 }));
/** What the check and the alarms do in these steps. */
export const plan = () =>
  planRollbackTest({ objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps });

/** Gates of these steps. @param change what is otherwise */
export function settings(change: Partial<GatesToSimulate> = {}): GatesToSimulate {
  return {
    steps,
    busiestRequestsPerHour: () => 600,
    errorRatePercent: 1,
    confidence: 0.95,
    liveFailureRate: 0.002,
    budgetRequests: 25,
    rollbackTest: plan(),
    ...change,
  };
}
