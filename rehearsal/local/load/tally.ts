import { isLost, type RequestRecord } from "./request.ts";

/** Latency of a set of requests, milliseconds. */
interface Latency {
  readonly mean: number;
  readonly p50: number;
  readonly p95: number;
  readonly max: number;
}

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
    latencyMilliseconds: latency(records),
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

/** A percentile by the nearest rank. @returns undefined without a value */
export function nearestRank(sorted: readonly number[], share: number): number | undefined {
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)];
}

function latency(records: readonly RequestRecord[]): Latency {
  const sorted = records.map((record) => record.latencyMilliseconds).toSorted((one, other) => one - other);
  const at = (share: number) => nearestRank(sorted, share) ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { mean: sorted.length === 0 ? 0 : sum / sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
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
