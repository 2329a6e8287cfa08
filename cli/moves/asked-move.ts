import { refreshRuleCommand } from "../../infra/messages.ts";
import type { Stage } from "../../rollout/names.ts";
import { reasonProblems } from "../../rollout/reason.ts";
import { nextMove } from "../../rollout/schedule.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { RefusedError } from "../outcome.ts";
import type { Snapshot } from "../snapshot.ts";
import {
  type AcceptedMove,
  type AskedMove,
  configProblems,
  decideEdit,
  oldVersionProblem,
  overrideEdit,
  refusalsOf,
} from "./decide.ts";
import { judgePromotePlan, judgeRetirePlan, judgeStepPlan } from "./plan-judgement.ts";

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
      `The rollout stands at ${record.weightPercent} %, its last step. When the bake is over, run npm run rollout -- promote --stage ${stage}.`,
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
export function promotion(
  { record, schedule, candidate }: Snapshot,
  stage: string,
  reason: string | undefined,
): AskedMove {
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
    reason,
    judgePlan: judgePromotePlan,
  };
}

/**
 * The old colour to zero tasks, once the rules let its image go.
 *
 * @throws {RefusedError} naming every reason why not
 */
export function retirement(snapshot: Snapshot, givenReason: string | undefined): AcceptedMove {
  const { config, record, candidate: old } = snapshot;
  const reason = givenReason?.trim();
  const { [old]: retired, ...images } = config.images;
  const decision = decideEdit(snapshot, { images }, reason);
  const problems = [
    ...reasonProblems(reason),
    ...refusalsOf(decision, snapshot.stage),
    ...configProblems(snapshot, {}),
    ...releaseProblems(snapshot),
  ];
  const name = `Retiring ${old}`;
  if (problems.length > 0) throw new RefusedError(name, problems);
  return {
    action: "retire",
    name,
    to: { liveColour: record.liveColour, weightPercent: record.weightPercent },
    edit: { retiredColour: old, ...overrideEdit(snapshot, decision) },
    reason: reason ?? null,
    overridden: decision.accepted ? decision.overridden : [],
    gate: null,
    judgePlan: (plan) => judgeRetirePlan(plan, old),
  };
}

/** What is retired is the version that was live before, and not a release that has just come in as the candidate. */
function releaseProblems({ record, candidate: old }: Snapshot): string[] {
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
