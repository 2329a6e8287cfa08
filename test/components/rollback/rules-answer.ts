import { type Colour, colours, otherColour } from "../../../rollout/colour.ts";
import { candidateRuleArn, ownHostTargetGroupArns, publicRuleArn, targetGroupArns } from "./fixtures.ts";

/** How AWS may write the two rules down. */
interface RulesAnswer {
  /** What the public rule gives the candidate, per cent. */
  readonly candidatePercent: number;
  readonly candidate?: Colour;
  /** Which rule comes first. */
  readonly firstRule?: "public" | "candidate";
  /** Which colour the public rule names first. */
  readonly firstColour?: Colour;
  /** Which colour the rule of the candidate's own host names first. */
  readonly firstOwn?: Colour;
}

/** DescribeRules' answer in the form that AWS documents, in any of the orders that it may have. */
export function rulesAnswer({
  candidatePercent,
  candidate = "green",
  firstRule = "public",
  firstColour = "blue",
  firstOwn = "blue",
}: RulesAnswer) {
  const percent = { [candidate]: candidatePercent, [otherColour(candidate)]: 100 - candidatePercent };
  const groups = [firstColour, otherColour(firstColour)].map((colour) => group(colour, percent[colour]));
  const ownGroups = [firstOwn, otherColour(firstOwn)].map((colour) => ownGroup(colour, colour === candidate ? 100 : 0));
  const rules = [publicRule(groups), candidateRule(ownGroups)];
  return { Rules: firstRule === "public" ? rules : rules.toReversed() };
}

/** Every form of the answer for one candidate and its weight. */
export function everyAnswer(candidate: Colour, candidatePercent: number) {
  return (["public", "candidate"] as const).flatMap((firstRule) =>
    colours.flatMap((firstColour) =>
      colours.map((firstOwn) => rulesAnswer({ candidate, candidatePercent, firstRule, firstColour, firstOwn })),
    ),
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

/** A target group of the candidate's own host as its rule names it. */
export function ownGroup(colour: Colour, weight: number | undefined): Group {
  return { TargetGroupArn: ownHostTargetGroupArns[colour], Weight: weight };
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
