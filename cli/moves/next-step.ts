import { refreshRuleCommand } from "../../infra/command-lines.ts";
import { nextMove } from "../../rollout/schedule.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Stage } from "../../rollout/stage.ts";
import { RefusedError } from "../outcome.ts";
import type { Snapshot } from "../snapshot.ts";
import type { AskedMove } from "./accept-move.ts";
import { judgeStepPlan } from "./judge-plan.ts";
import { oldVersionProblem } from "./old-version-problem.ts";

/**
 * The next step of the schedule, as it is asked for.
 *
 * @throws {RefusedError} at 100 %, from where the way on is to promote, and where the candidate is no new release
 */
export function nextStep(
  snapshot: Pick<Snapshot, "record" | "schedule" | "split" | "latch" | "takenAt">,
  stage: Stage,
  reason: string | undefined,
): AskedMove {
  const { record, schedule, split } = snapshot;
  const next = nextMove(record, schedule);
  if (next.kind === "promote") {
    throw new RefusedError("The next step", [
      `The rollout stands at ${record.weightPercent} %, its last step. When its bake is over: npm run rollout -- promote --stage ${stage}.`,
    ]);
  }
  const nothingNew = oldVersionProblem(snapshot, stage);
  if (nothingNew !== undefined) throw new RefusedError("The next step", [nothingNew]);
  const weightPercent = next.step.weightPercent;
  return {
    action: "advance",
    name: `The step to ${weightPercent} %`,
    to: { liveColour: record.liveColour, weightPercent },
    edit: { candidateWeight: weightPercent },
    reason,
    judgePlan: (plan) => [
      ...judgeStepPlan(plan),
      // Where AWS has the weights already, an update that was killed is being finished.
      ...(plan.changes.length > 0 || isSameSplit(split, weightsByColour(record.liveColour, weightPercent))
        ? []
        : [
            `The plan would leave the public rule as it is: Pulumi's state has ${weightPercent} % from an update that failed, and AWS has not. Run ${refreshRuleCommand(stage)}, which reads the rule from AWS, and then this command again.`,
          ]),
    ],
  };
}
