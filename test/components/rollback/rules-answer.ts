import { type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import { candidateRuleArn, publicRuleArn, targetGroupArns } from "./fixtures.ts";

/** How AWS may write the two rules down. */
interface RulesAnswer {
  /** What the public rule gives the candidate, per cent. */
  readonly candidatePercent: number;
  readonly candidate?: Colour;
  /** Which rule comes first. */
  readonly firstRule?: "public" | "candidate";
  /** Which colour the public rule names first. */
  readonly firstColour?: Colour;
}

/** DescribeRules' answer in the form that AWS documents, in any of the orders that it may have. */
export function rulesAnswer({
  candidatePercent,
  candidate = "green",
  firstRule = "public",
  firstColour = "blue",
}: RulesAnswer) {
  const percent = { [candidate]: candidatePercent, [otherColour(candidate)]: 100 - candidatePercent };
  const groups = [firstColour, otherColour(firstColour)].map((colour) => group(colour, percent[colour]));
  const rules = [publicRule(groups), candidateRule([group(candidate, 1)])];
  return { Rules: firstRule === "public" ? rules : rules.toReversed() };
}

/** Every form of the answer for one candidate and its weight. */
export function everyAnswer(candidate: Colour, candidatePercent: number) {
  return (["public", "candidate"] as const).flatMap((firstRule) =>
    colours.map((firstColour) => rulesAnswer({ candidate, candidatePercent, firstRule, firstColour })),
  );
}

/** A target group as a rule names it. */
interface Group {
  readonly TargetGroupArn: string;
  readonly Weight: number | undefined;
}

export function group(colour: Colour, weight: number | undefined): Group {
  return { TargetGroupArn: targetGroupArns[colour], Weight: weight };
}

/** The public rule with these target groups. */
export function publicRule(groups: readonly Group[]) {
  return { RuleArn: publicRuleArn, Actions: [forward(groups)] };
}

/** The rule of the candidate's own host with these target groups. */
export function candidateRule(groups: readonly Group[]) {
  return { RuleArn: candidateRuleArn, Actions: [forward(groups)] };
}

/** A rule that forwards to one group names it twice in AWS's answer. */
function forward(groups: readonly Group[]) {
  const [only, ...others] = groups;
  return {
    Type: "forward",
    ...(others.length === 0 && only !== undefined ? { TargetGroupArn: only.TargetGroupArn } : {}),
    ForwardConfig: { TargetGroups: groups, TargetGroupStickinessConfig: { Enabled: false } },
  };
}
