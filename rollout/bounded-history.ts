import { reasonLetters } from "./reason.ts";
import type { HistoryEntry, RolloutRecord } from "./record.ts";
import { fingerprintOf, type UsedReason } from "./used-reasons.ts";

/**
 * Entries that the record keeps. A rollout by the guide's schedule makes six, so these are the last sixteen rollouts. With
 * the gate's figures in each they take about 60 KB of the state, which every update reads and writes whole
 * (`test/rollout/bounded-history.test.ts` holds the size).
 */
export const keptEntries = 100;

/** What is kept of the entries that the history left out. */
export interface DroppedEntries {
  readonly entries: number;
  /** ISO 8601 instant of the latest of them. */
  readonly until: string;
  /** A reason serves once, for ever. */
  readonly usedReasons: readonly UsedReason[];
}

/**
 * A history of the newest entries, with those that a rule reads however old they are: the last rollout from its staging to
 * its end, the last promote and return, and what stood when the latch was set.
 *
 * @param history whole, oldest first
 * @param dropped what earlier updates left out
 * @param latchSetAt ISO 8601 instant; undefined while the latch is clear
 */
export function boundHistory(
  history: readonly HistoryEntry[],
  dropped: DroppedEntries | undefined,
  latchSetAt: string | undefined,
): Pick<RolloutRecord, "history" | "dropped"> {
  const needed = neededEntries(history, latchSetAt);
  const surplus = Math.max(0, history.length - keptEntries);
  const left = history.filter((entry) => !needed.has(entry)).slice(0, surplus);
  const latest = left.at(-1);
  if (latest === undefined) return { history, ...(dropped === undefined ? {} : { dropped }) };
  const reasons = left.flatMap(({ override, at }) =>
    override === undefined ? [] : [{ fingerprint: fingerprintOf(reasonLetters(override)), at }],
  );
  return {
    history: history.filter((entry) => !left.includes(entry)),
    dropped: {
      entries: (dropped?.entries ?? 0) + left.length,
      until: latest.at,
      usedReasons: [...(dropped?.usedReasons ?? []), ...reasons],
    },
  };
}

function neededEntries(history: readonly HistoryEntry[], latchSetAt: string | undefined): ReadonlySet<HistoryEntry> {
  const last = (isMeant: (entry: HistoryEntry) => boolean) => history.filter(isMeant).slice(-1);
  const setAt = Date.parse(latchSetAt ?? "");
  return new Set([
    ...last(({ event }) => event === "promoted"),
    ...last(({ event }) => event === "returned"),
    ...last(({ at }) => Date.parse(at) <= setAt),
    ...lastRollout(history),
  ]);
}

/** From the entry before the weight last left 0 to the one after it returned there. */
function lastRollout(history: readonly HistoryEntry[]): readonly HistoryEntry[] {
  const end = history.findLastIndex(({ weightPercent }) => weightPercent > 0);
  if (end === -1) return [];
  const before = history.slice(0, end).findLastIndex(({ weightPercent }) => weightPercent === 0);
  return history.slice(Math.max(0, before), end + 2);
}
