import { forwardOf, parseSteps, stepsTag, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

/** The split is {100 - w, w} for a w that is 0 or a step, whichever colour is live. */
export const rolloutWeightsAreAStep = resourceRule({
  name: "rollout-weights-are-a-step",
  rule: "The public rule's two weights sum to 100 and the candidate's is 0 or a configured step",
  source: "guide R1",
  kinds: [listenerRule],
  check({ props }, report) {
    const tag = stepsTagOf(props);
    if (tag === undefined) return;
    const steps = parseSteps(tag);
    if (steps === undefined) {
      report({
        found: `its tag ${stepsTag} is "${tag}"`,
        fix: "write the weights of rollout.steps separated by spaces, rising, the last one 100",
      });
      return;
    }
    const weights = (forwardOf(props)?.targetGroups ?? []).map(({ weight }) => weight);
    const candidates = [0, ...steps];
    const [first, second] = weights;
    const isWhole = weights.length === 2 && first !== undefined && second !== undefined && first + second === 100;
    if (isWhole && candidates.some((weight) => weight === first || weight === second)) return;
    report({
      found: `its weights are ${weights.map((weight) => weight ?? "not set").join(" and ") || "missing"}`,
      fix: `set candidateWeight to one of ${candidates.join(", ")}`,
    });
  },
});
