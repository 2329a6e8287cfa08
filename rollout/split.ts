import { byColour, type Colour, colours } from "./colour.ts";

/** What each colour gets of the public traffic: per cent, unless somebody wrote other weights by hand. */
export type Split = Readonly<Record<Colour, number>>;

/**
 * The share of public traffic that each colour receives.
 *
 * @param liveColour the colour that serves the public at weight 0
 * @param weightPercent per cent of public traffic for the candidate, a whole number from 0 to 100
 * @returns whole per cents by colour that sum to 100
 */
export function weightsByColour(liveColour: Colour, weightPercent: number): Record<Colour, number> {
  return byColour((colour) => (colour === liveColour ? 100 - weightPercent : weightPercent));
}

/** A target group that a listener rule forwards to. */
export interface WeightedTarget {
  readonly arn: string;
  /** Absent where the rule has one target group and so needs no weight. */
  readonly weight?: number | undefined;
}

/** An action of a listener rule in the form of Pulumi's AWS provider. */
interface RuleAction {
  readonly forward?: { readonly targetGroups?: readonly WeightedTarget[] };
  /** A forward to one target group may name it here, without a weight. */
  readonly targetGroupArn?: string;
}

/** The target groups that actions in the form of Pulumi's AWS provider forward to. */
export function forwardTargets(actions: readonly RuleAction[]): readonly WeightedTarget[] {
  return actions.flatMap(
    ({ forward, targetGroupArn }) =>
      forward?.targetGroups ?? (targetGroupArn === undefined ? [] : [{ arn: targetGroupArn }]),
  );
}

/** What a rule's targets give each colour. */
export interface TargetsByColour {
  /** The weight of each colour; undefined for a colour that the rule does not name, or names without a weight. */
  readonly weights: Readonly<Record<Colour, number | undefined>>;
  /** ARNs of targets that belong to neither colour. */
  readonly foreign: readonly string[];
}

/**
 * Reads a rule's targets, each by the ARN of its target group and never by its place. AWS's SDK, the provider's answers and
 * planned inputs all have targets in forms of their own; whoever asks makes {@link WeightedTarget} of them.
 */
export function readTargetsByColour(
  targets: readonly WeightedTarget[],
  targetGroupArns: Readonly<Record<Colour, string>>,
): TargetsByColour {
  const ours = colours.map((colour) => targetGroupArns[colour]);
  return {
    weights: byColour((colour) => targets.find(({ arn }) => arn === targetGroupArns[colour])?.weight),
    foreign: targets.map(({ arn }) => arn).filter((arn) => !ours.includes(arn)),
  };
}

/** Whose target group an ARN names; undefined for neither colour's. */
export function colourOfTarget(
  arn: string | undefined,
  targetGroupArns: Readonly<Record<Colour, string>>,
): Colour | undefined {
  return colours.find((colour) => targetGroupArns[colour] === arn);
}

/**
 * The colour that alone receives what a rule forwards, such as the candidate's own host. A target group without a weight
 * counts where it is the only one.
 *
 * @param targetGroupArns whose target group is whose; a colour may have several
 * @returns undefined where the rule forwards to nobody, to both colours, or to a target group of neither
 */
export function soleReceiver(
  targets: readonly WeightedTarget[],
  ...targetGroupArns: readonly Readonly<Record<Colour, string>>[]
): Colour | undefined {
  const [receiver, ...others] = targets.filter(({ weight = targets.length === 1 ? 1 : 0 }) => weight > 0);
  if (receiver === undefined || others.length > 0) return undefined;
  return targetGroupArns.map((arns) => colourOfTarget(receiver.arn, arns)).find((colour) => colour !== undefined);
}

/** Per cent of the traffic that weights give a colour, whatever they sum to. */
export function percentOf(weights: Split, colour: Colour): number {
  const sum = weights.blue + weights.green;
  return sum === 0 ? 0 : (100 * weights[colour]) / sum;
}

/** Whether two splits give every colour the same number. Weights that do not sum to 100 are like no split of ours. */
export function isSameSplit(one: Split, other: Split): boolean {
  return colours.every((colour) => one[colour] === other[colour]);
}

/** A split in words: `blue 75 and green 25`. */
export function formatSplit(split: Split): string {
  return colours.map((colour) => `${colour} ${split[colour]}`).join(" and ");
}
