import { type Latency, latencyOf } from "../../../cli/verify/load/latency.ts";
import { isLost, type RequestRecord } from "./request.ts";

/** What a set of requests shows. */
export interface Tally {
  readonly requests: number;
  /** Requests that got another status code than 2xx, or no answer. */
  readonly lost: number;
  /** Requests that each colour answered. */
  readonly answeredBy: Readonly<Record<string, number>>;
  readonly latencyMilliseconds: Latency;
}

/** Counts a set of requests. */
export function tally(records: readonly RequestRecord[]): Tally {
  const answeredBy: Record<string, number> = {};
  for (const { colour } of records) if (colour !== undefined) answeredBy[colour] = (answeredBy[colour] ?? 0) + 1;
  return {
    requests: records.length,
    lost: records.filter(isLost).length,
    answeredBy,
    latencyMilliseconds: latencyOf(records.map((record) => record.latencyMilliseconds)),
  };
}

/** How many requests reached a task: the balancer chose one for them. */
export function reachedTask(records: readonly RequestRecord[]): number {
  return records.filter(({ chosen }) => chosen !== undefined).length;
}

/** The requests that were in flight at some moment between two times: a change in that time could have lost them. */
export function underWay(records: readonly RequestRecord[], from: number, until: number): readonly RequestRecord[] {
  return records.filter((record) => record.dueAt <= until && record.endedAt >= from);
}

/** The rows that clients were promised, compared with the rows that are stored. */
export interface RowAccount {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Rows in the database. */
  readonly stored: number;
  /** Ids that were acknowledged and are not stored: lost data. */
  readonly lost: readonly string[];
  /** Stored rows whose write was not acknowledged. Nothing was promised, but a client that tries again finds the row. */
  readonly unacknowledged: number;
  /** Stored rows that this load did not write. */
  readonly foreign: number;
}

/**
 * Compares the writes that were acknowledged with the rows that are stored.
 *
 * @param records every request of the load
 * @param storedIds every id in the table
 */
export function accountRows(records: readonly RequestRecord[], storedIds: readonly string[]): RowAccount {
  const writes = records.filter((record) => record.kind === "write");
  const written = new Set(writes.map((record) => record.id));
  const acknowledged = writes.filter((record) => !isLost(record)).map((record) => record.id);
  const stored = new Set(storedIds);
  const promised = new Set(acknowledged);
  return {
    acknowledged: acknowledged.length,
    stored: storedIds.length,
    lost: acknowledged.filter((id) => !stored.has(id)),
    unacknowledged: storedIds.filter((id) => written.has(id) && !promised.has(id)).length,
    foreign: storedIds.filter((id) => !written.has(id)).length,
  };
}
