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
