import { secondsBetween } from "../../../rollout/time.ts";
import type { HistoryLine } from "../history-lines.ts";
import { rolloutsOf } from "./rollout-report.ts";

/**
 * How a team delivers, from its rollouts.
 *
 * @see DORA, "DORA's software delivery metrics": deployment frequency, change fail rate, failed deployment recovery time. The
 *   lead time from a commit is not known here; from the first public traffic to the promote stands in its place.
 */
export interface DeliveryFigures {
  /** Rollouts that had public traffic, the one that is under way included. */
  readonly rollouts: number;
  /** Days from the first of them until now. */
  readonly days: number;
  readonly promoted: number;
  /** Rolled back, returned from, or taken back. */
  readonly failed: number;
  /** Per cent of those that have ended; null where none has. */
  readonly failedPercent: number | null;
  /** Median seconds from the first public traffic to the promote; null where none was promoted. */
  readonly secondsToPromote: number | null;
  /** Median seconds that a release which was not kept had public traffic; null where there was none. */
  readonly secondsUntilTakenBack: number | null;
}

/** Sums up a history. @returns undefined where no release has had public traffic */
export function deliveryFigures(history: readonly HistoryLine[], now: Date): DeliveryFigures | undefined {
  const rollouts = rolloutsOf(history);
  const [first] = rollouts;
  if (first === undefined) return undefined;
  const ended = rollouts.filter(({ end }) => end !== "under way");
  const promoted = ended.filter(({ end }) => end === "promoted");
  const failed = ended.filter(({ end }) => end !== "promoted");
  const secondsToPromote = promoted.flatMap((rollout) => {
    const promote = rollout.lines.find(({ event }) => event === "promoted");
    return promote === undefined ? [] : [between(rollout.first, promote)];
  });
  return {
    rollouts: rollouts.length,
    days: Math.ceil(secondsBetween(new Date(first.first.at), now) / 86_400),
    promoted: promoted.length,
    failed: failed.length,
    failedPercent: ended.length === 0 ? null : (100 * failed.length) / ended.length,
    secondsToPromote: median(secondsToPromote),
    secondsUntilTakenBack: median(failed.map(({ first: from, last }) => between(from, last))),
  };
}

function between(from: HistoryLine, to: HistoryLine): number {
  return secondsBetween(new Date(from.at), new Date(to.at));
}

/** The middle value; of an even number, the mean of the two in the middle. */
function median(values: readonly number[]): number | null {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length / 2;
  const [low, high] = [sorted[Math.ceil(middle) - 1], sorted[Math.floor(middle)]];
  return low === undefined || high === undefined ? null : (low + high) / 2;
}
