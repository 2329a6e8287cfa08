import { moveKind, type Rule } from "../move.ts";

/** While the candidate has traffic, the live colour changes only from 100 %, in one edit with the weight going to 0. */
export const promote: Rule = (move) => {
  if (moveKind(move) !== "mixed" || move.previous === null) return undefined;
  const { liveColour, weightPercent } = move.previous;
  const edit = `You asked for ${move.wanted.liveColour} as the live colour and for ${move.wanted.weightPercent} %.`;
  const todo =
    weightPercent === 100
      ? `To promote ${move.wanted.liveColour}, set candidateWeight to 0 in the same edit.`
      : `Set liveColour back to ${liveColour}. Promote from 100 %, after its bake.`;
  return {
    rule: "promote",
    message: `${edit} ${liveColour} is live, and the candidate has ${weightPercent} %. The live colour changes only from 100 %, in one edit with candidateWeight going to 0. ${todo}`,
    overridable: false,
  };
};
