import { moveKind, type Rule } from "../move.ts";

/** The live colour flips from 100 % with the weight going to 0 in the same edit, and in no other way with traffic out. */
export const promote: Rule = (move) => {
  if (moveKind(move) !== "mixed" || move.previous === null) return undefined;
  const { liveColour, weightPercent } = move.previous;
  const edit = `liveColour is ${move.wanted.liveColour} and candidateWeight is ${move.wanted.weightPercent}`;
  const todo =
    weightPercent === 100
      ? `To promote ${move.wanted.liveColour}, set candidateWeight to 0 in the same edit.`
      : `Keep liveColour at ${liveColour}; promote from 100 % after its bake.`;
  return {
    rule: "promote",
    message: `${edit} but ${liveColour} is live with ${weightPercent} % on the candidate: liveColour flips only from 100 %, together with candidateWeight going to 0. ${todo}`,
    overridable: false,
  };
};
