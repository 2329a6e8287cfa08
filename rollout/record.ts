import type { Colour } from "./colour.ts";

/** Image digests by colour; null where a colour has none and so runs no tasks. */
export type ImagesByColour = Readonly<Record<Colour, string | null>>;

/** What one update did to the rollout. */
export type RolloutEvent = "deployed" | "image" | "advanced" | "lowered" | "promoted" | "returned";

/** One line of the rollout's history: what an update made true, and when. */
export interface HistoryEntry {
  /** ISO 8601 instant of the update, UTC. */
  readonly at: string;
  readonly event: RolloutEvent;
  readonly liveColour: Colour;
  /** Per cent of public traffic on the candidate after the update. */
  readonly weightPercent: number;
  readonly images: ImagesByColour;
  /** The written reason, where the update needed one. */
  readonly override?: string;
}

/**
 * What the last finished update left behind: written as the stack output `rollout` and read back at the start of the
 * next through a `StackReference` to the stack itself. It holds no secret, since one would make the whole output secret.
 */
export interface RolloutRecord {
  readonly version: 1;
  readonly liveColour: Colour;
  /** Per cent of public traffic on the candidate. */
  readonly weightPercent: number;
  /** ISO 8601 instant since which this live colour and weight hold; the bake counts from it. */
  readonly since: string;
  readonly images: ImagesByColour;
  /** ISO 8601 instant of the last promote while its rollback window can matter; null before the first and after a return. */
  readonly promotedAt: string | null;
  /** Oldest first. */
  readonly history: readonly HistoryEntry[];
}
