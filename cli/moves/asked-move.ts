import { refreshRuleCommand } from "../../infra/messages.ts";
import type { Stage } from "../../rollout/names.ts";
import { nextMove } from "../../rollout/schedule.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { RefusedError } from "../outcome.ts";
import type { Standing } from "../snapshot.ts";
import { type AskedMove, prepareMove } from "./decide.ts";
import { judgePromotePlan, judgeRetirePlan, judgeStepPlan } from "./plan-judgement.ts";

/**
 * The next step of the schedule, as it is asked for.
 *
 * @throws {RefusedError} at 100 %, from where the way on is to promote
 */
export function nextStep(
  standing: Pick<Standing, "record" | "schedule" | "split">,
  stage: Stage,
): Omit<AskedMove, "reason"> {
  const { record, schedule, split } = standing;
  const next = nextMove(record, schedule);
  if (next.kind === "promote") {
    throw new RefusedError("The next step", [
      `The rollout stands at ${record.weightPercent} %, its last step. When the bake is over, run npm run rollout -- promote --stage ${stage}.`,
    ]);
  }
  const weightPercent = next.step.weightPercent;
  return {
    action: "advance",
    name: `The step to ${weightPercent} %`,
    to: { liveColour: record.liveColour, weightPercent },
    edit: { candidateWeight: weightPercent },
    judgePlan: (plan) => [
      ...judgeStepPlan(plan),
      // Where AWS has the weights already, an update that was killed is being finished.
      ...(plan.changes.length > 0 || isSameSplit(split, weightsByColour(record.liveColour, weightPercent))
        ? []
        : [
            `The plan would not change the public rule. Pulumi's state has ${weightPercent} % from an update that failed, but AWS does not. Run ${refreshRuleCommand(stage)}, which reads the rule from AWS, then run this command again.`,
          ]),
    ],
  };
}

/**
 * The promote, as it is asked for.
 *
 * @throws {RefusedError} below 100 %
 */
export function promotion({ record, schedule, candidate }: Standing, stage: string): Omit<AskedMove, "reason"> {
  const next = nextMove(record, schedule);
  if (next.kind === "step") {
    throw new RefusedError("The promote", [
      `The rollout stands at ${record.weightPercent} %. ${candidate} can be promoted at 100 %, after the bake. Run npm run rollout -- advance --stage ${stage} next.`,
    ]);
  }
  return {
    action: "promote",
    name: `The promote of ${candidate}`,
    to: { liveColour: candidate, weightPercent: 0 },
    edit: { liveColour: candidate, candidateWeight: 0 },
    judgePlan: judgePromotePlan,
  };
}

/** A step or a promote in a few words, for a commit and a pull request. */
export function moveTitle(stage: string, { action, to }: Pick<AskedMove, "action" | "to">): string {
  return action === "promote" ? `Promote ${to.liveColour} in ${stage}` : `Advance ${stage} to ${to.weightPercent} %`;
}

/**
 * The old colour to zero tasks, once the rules let its image go.
 *
 * @throws {RefusedError} naming every reason why not
 */
export function retirement(standing: Standing, reason: string | undefined): AskedMove {
  const { record, candidate: old } = standing;
  const asked: Omit<AskedMove, "reason"> = {
    action: "retire",
    name: `Retiring ${old}`,
    to: { liveColour: record.liveColour, weightPercent: record.weightPercent },
    edit: { retiredColour: old },
    judgePlan: (plan) => judgeRetirePlan(plan, old),
  };
  return prepareMove(standing, asked, reason, releaseProblems(standing));
}

/** What is retired is the version that was live before, and not a release that has just come in as the candidate. */
function releaseProblems({ record, candidate: old }: Standing): string[] {
  if (record.images[old] === null) return [`${old} has no image and runs no tasks: it is retired already.`];
  if (record.weightPercent > 0) {
    return [`${old} has ${record.weightPercent} % of the public traffic. Promote it, or roll back first.`];
  }
  const promotion = record.history.findLast(({ event }) => event === "promoted");
  if (promotion === undefined) {
    return [
      `Nothing was promoted, so ${old} is the next release, not an old version. To withdraw it, remove images.${old} and update.`,
    ];
  }
  if (promotion.images[old] === record.images[old]) return [];
  return [
    `${old} runs ${record.images[old]}, which was staged after the last promote as the next candidate. To withdraw it, remove images.${old} and update.`,
  ];
}
