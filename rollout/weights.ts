import { byColour, type Colour } from "./colour.ts";

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
