import { reasonProblems } from "../../rollout/reason.ts";
import { RefusedError } from "../outcome.ts";
import type { Snapshot } from "../snapshot.ts";
import type { AcceptedMove } from "./accepted-move.ts";
import { configProblems } from "./config-problems.ts";
import { decideEdit, refusalsOf } from "./decide-edit.ts";
import { judgeRetirePlan } from "./judge-plan.ts";
import { overrideEdit } from "./written-reason.ts";

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
      `Nothing was promoted, so ${old} is the next release and no old version. To take it back, remove images.${old} and update.`,
    ];
  }
  if (promotion.images[old] === record.images[old]) return [];
  return [
    `${old} runs ${record.images[old]}, which came in after the last promote as the next candidate. To take it back, remove images.${old} and update.`,
  ];
}
