import { type Colour, colours, otherColour } from "./colour.ts";
import type { Move } from "./move.ts";
import { weightsByColour } from "./weights.ts";

/** What each colour gets of the public traffic. */
export type Split = Readonly<Record<Colour, number>>;

/**
 * The split that AWS really has, where it is another than the record's.
 *
 * @returns undefined where both agree, where nothing was deployed before, and where AWS was not asked
 */
export function driftedSplit({ previous, realWeights }: Pick<Move, "previous" | "realWeights">): Split | undefined {
  if (previous === null || realWeights === undefined) return undefined;
  const recorded = weightsByColour(previous.liveColour, previous.weightPercent);
  return isSameSplit(realWeights, recorded) ? undefined : realWeights;
}

/**
 * Whether a move is right from whatever split AWS has: all traffic to the colour that is live, and nothing else changed.
 * It undoes what nobody can see, so that a rule that is gone or unreadable can be made again.
 */
export function isSafeFromAnySplit({ previous, wanted }: Pick<Move, "previous" | "wanted">): boolean {
  if (previous === null) return true;
  const isSame = colours.every((colour) => previous.images[colour] === wanted.images[colour]);
  return wanted.weightPercent === 0 && wanted.liveColour === previous.liveColour && isSame;
}

/**
 * Whether an accepted move gives the candidate less of the public traffic than AWS does now, or all of it back to the live
 * colour. A move that changes which colour is live is none: it takes nothing back, it gives.
 *
 * Where nobody could read what AWS has, all traffic to the live colour takes back whatever it is.
 */
export function takesTrafficBack({ previous, wanted, realWeights }: Pick<Move, "previous" | "wanted" | "realWeights">) {
  const { liveColour, weightPercent } = wanted;
  if (previous === null || previous.liveColour !== liveColour) return false;
  if (realWeights === undefined) return weightPercent === 0;
  if (isSameSplit(realWeights, weightsByColour(liveColour, weightPercent))) return false;
  return weightPercent === 0 || percentOf(realWeights, otherColour(liveColour)) > weightPercent;
}

/** Per cent of the traffic that weights give a colour, whatever they sum to. */
function percentOf(weights: Split, colour: Colour): number {
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
