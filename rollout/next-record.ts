import { colours } from "./colour.ts";
import { moveKind } from "./move.ts";
import type { GateFigures, HistoryEntry, RolloutEvent, RolloutRecord } from "./record.ts";

/** What an update made true, read from the resources it changed. */
export type ObservedRollout = Pick<RolloutRecord, "liveColour" | "weightPercent" | "images">;

/**
 * The record after an update.
 *
 * @param previous what the last update left behind; null on the first deployment
 * @param observed what the resources themselves answered, never the config: an update whose rule change failed must
 *   leave the old step in the record
 * @param at the update's one clock
 * @param because what let the update through: the written reason, and what its gate rested on
 * @returns `previous` itself where nothing changed, so that an update without a move changes no output
 */
export function nextRecord(
  previous: RolloutRecord | null,
  observed: ObservedRollout,
  at: Date,
  because: { readonly override?: string | undefined; readonly gate?: GateFigures | undefined } = {},
): RolloutRecord {
  const event = eventOf(previous, observed);
  if (event === undefined && previous !== null) return previous;
  const { liveColour, weightPercent, images } = observed;
  const time = at.toISOString();
  const entry: HistoryEntry = {
    at: time,
    event: event ?? "deployed",
    liveColour,
    weightPercent,
    images,
    ...(because.override === undefined ? {} : { override: because.override }),
    ...(because.gate === undefined ? {} : { gate: because.gate }),
  };
  const moved = previous === null || previous.liveColour !== liveColour || previous.weightPercent !== weightPercent;
  return {
    version: 1,
    liveColour,
    weightPercent,
    since: moved ? time : previous.since,
    images,
    promotedAt: event === "promoted" ? time : event === "returned" ? null : (previous?.promotedAt ?? null),
    history: [...(previous?.history ?? []), entry],
  };
}

function eventOf(previous: RolloutRecord | null, observed: ObservedRollout): RolloutEvent | undefined {
  switch (moveKind({ previous, wanted: observed })) {
    case "first":
      return "deployed";
    case "up":
      return "advanced";
    case "down":
      return "lowered";
    case "promote":
      return "promoted";
    case "return":
    case "mixed":
      return "returned";
    case "stay":
      return colours.some((colour) => previous?.images[colour] !== observed.images[colour]) ? "image" : undefined;
  }
}
