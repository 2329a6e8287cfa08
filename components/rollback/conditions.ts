import { type Colour, colours } from "../../rollout/colour.ts";
import type { Condition } from "./states-language.ts";

/** Whether the path leads to a value. */
export function isPresent(path: string): Condition {
  return { Variable: path, IsPresent: true };
}

/** Whether the path leads to this text. A path that leads nowhere would stop the execution, so it is asked first. */
export function isText(path: string, text: string): Condition {
  return { And: [isPresent(path), { Variable: path, StringEquals: text }] };
}

/** Where {@link weightPath} looks: the weight of one colour, as the public rule had it. */
export function weightPath(colour: Colour): string {
  return `$.rule.${colour}[0]`;
}

/** Whether the rule that was read names the target groups of both colours with a weight. */
export const bothWeightsKnown: Condition = { And: colours.map((colour) => isPresent(weightPath(colour))) };

/** Whether the rule that was read sends nothing to the candidate. A rule that names it no longer is not known to. */
export const candidateHasNoTraffic: Condition = {
  And: [
    bothWeightsKnown,
    {
      Or: colours.map((colour) => ({
        And: [
          { Variable: "$.plan.candidate", StringEquals: colour },
          { Variable: weightPath(colour), NumericEquals: 0 },
        ],
      })),
    },
  ],
};
