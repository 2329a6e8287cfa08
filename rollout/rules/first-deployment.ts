import type { Rule } from "../refusal.ts";

/** A new stack starts at weight 0: there is no live version yet to compare the candidate with. */
export const firstDeployment: Rule = ({ previous, wanted }) => {
  if (previous !== null || wanted.weightPercent === 0) return undefined;
  return {
    rule: "first deployment",
    message: `candidateWeight is ${wanted.weightPercent} but this is the stack's first deployment, which starts at 0. Set candidateWeight to 0, run the update, then take the first step.`,
    overridable: false,
  };
};
