import type { Colour } from "./colour.ts";
import type { Latch } from "./latch.ts";
import type { ImagesByColour, RolloutRecord } from "./record.ts";
import type { Schedule } from "./schedule.ts";

/** What the config asks for. */
export interface WantedRollout {
  readonly liveColour: Colour;
  /** Per cent of public traffic for the candidate. */
  readonly weightPercent: number;
  readonly images: ImagesByColour;
  /** The written reason that lets a step skip its bake or order. */
  readonly override?: string;
}

/** Everything that decides whether a number may be set now. */
export interface Move {
  /** What the last finished update left behind; null on a stack's first deployment. */
  readonly previous: RolloutRecord | null;
  readonly wanted: WantedRollout;
  readonly schedule: Schedule;
  readonly latch: Latch;
  /**
   * What the public rule in AWS gives each colour, as it stands there: per cent, unless somebody wrote other weights by
   * hand. Absent where nothing is deployed yet, and where nobody could ask; then it is taken to be what the record says.
   */
  readonly realWeights?: Readonly<Record<Colour, number>> | undefined;
  /** The one clock of this update. */
  readonly now: Date;
}

/**
 * What a move is:
 * - `first`: nothing was deployed before
 * - `stay`, `up`, `down`: the live colour stays
 * - `promote`: from 100 % the candidate becomes live at weight 0; public traffic does not move
 * - `return`: at weight 0 the old colour becomes live again; all public traffic moves
 * - `mixed`: the live colour flips in any other way, which no rule allows
 */
export type MoveKind = "first" | "stay" | "up" | "down" | "promote" | "return" | "mixed";

/** Classifies a move by its two weights and live colours alone. */
export function moveKind({ previous, wanted }: Pick<Move, "previous" | "wanted">): MoveKind {
  if (previous === null) return "first";
  if (previous.liveColour === wanted.liveColour) {
    if (wanted.weightPercent === previous.weightPercent) return "stay";
    return wanted.weightPercent > previous.weightPercent ? "up" : "down";
  }
  if (wanted.weightPercent !== 0) return "mixed";
  if (previous.weightPercent === 100) return "promote";
  return previous.weightPercent === 0 ? "return" : "mixed";
}
