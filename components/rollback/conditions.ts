import { colours, otherColour } from "../../rollout/colour.ts";
import type { Condition } from "./states-language.ts";

/** Whether the path leads to a value. */
export function isPresent(path: string): Condition {
  return { Variable: path, IsPresent: true };
}

/** Whether the path leads to this text. A path that leads nowhere would stop the execution, so it is asked first. */
export function isText(path: string, text: string): Condition {
  return { And: [isPresent(path), { Variable: path, StringEquals: text }] };
}

/** Whether the path leads to a text with this part in it. */
export function containsText(path: string, part: string): Condition {
  return { And: [isPresent(path), { Variable: path, StringMatches: `*${part}*` }] };
}

/** Whether the execution was started as a check. */
export const isCheck: Condition = isPresent("$.input.check");

/** Whether the two rules showed which colour is live. Every state behind this one may read `$.plan`. */
export const isLiveKnown: Condition = isPresent("$.plan");

/** Whether the public rule sends nothing to the candidate. A rule without any weight serves nobody, and is left to the move. */
export const candidateHasNoTraffic: Condition = {
  Or: colours.map((candidate) => ({
    And: [
      { Variable: "$.plan.candidate", StringEquals: candidate },
      { Variable: `$.plan.split.${candidate}`, NumericEquals: 0 },
      { Not: { Variable: `$.plan.split.${otherColour(candidate)}`, NumericEquals: 0 } },
    ],
  })),
};
