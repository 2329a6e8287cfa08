import { type Colour, colours } from "./colour.ts";
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

/** Whether two splits give every colour the same number. Weights that do not sum to 100 are like no split of ours. */
export function isSameSplit(one: Split, other: Split): boolean {
  return colours.every((colour) => one[colour] === other[colour]);
}

/** A split in words: `blue 75 and green 25`. */
export function formatSplit(split: Split): string {
  return colours.map((colour) => `${colour} ${split[colour]}`).join(" and ");
}
