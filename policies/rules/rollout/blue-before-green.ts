import { colours } from "../../../rollout/colour.ts";
import { forwardOf, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

/**
 * Judged on the inputs: the provider keeps target groups as a set, so outputs have no order of their own. A target
 * group's ARN carries its name, which carries the colour.
 */
export const rolloutBlueBeforeGreen = resourceRule({
  name: "rollout-blue-before-green",
  rule: "The public rule names blue's target group and then green's, whichever is live, so that promote changes nothing in it",
  source: "design, rollout rules: order",
  kinds: [listenerRule],
  check({ props }, report) {
    if (stepsTagOf(props) === undefined) return;
    const named = (forwardOf(props)?.targetGroups ?? []).map(({ arn }) => colourIn(arn) ?? arn);
    if (named.length === colours.length && colours.every((colour, index) => named[index] === colour)) return;
    report({
      found: `its target groups are ${named.join(", ") || "missing"}`,
      fix: "list the target groups in the order of the colours constant",
    });
  },
});

function colourIn(targetGroupArn: string): string | undefined {
  return colours.find((colour) => new RegExp(`(?<![a-z0-9])${colour}(?![a-z0-9])`).test(targetGroupArn));
}
