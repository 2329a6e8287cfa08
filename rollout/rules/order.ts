import { moveKind } from "../move.ts";
import { loweringIsAllowed, type Rule } from "../refusal.ts";
import { stepAfter } from "../schedule.ts";

/** A weight rises to the next step only (guide R1). */
export const order: Rule = (move) => {
  if (moveKind(move) !== "up") return undefined;
  const standing = move.previous?.weightPercent ?? 0;
  const next = stepAfter(move.schedule, standing)?.weightPercent;
  if (next === undefined || move.wanted.weightPercent <= next) return undefined;
  return {
    rule: "order",
    message: `candidateWeight is ${move.wanted.weightPercent} but the rollout stands at ${standing} % and its next step is ${next} %. Set candidateWeight to ${next}, or set rolloutOverride to a reason. ${loweringIsAllowed}`,
    overridable: true,
  };
};
