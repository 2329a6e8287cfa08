import { isLost, type RequestRecord } from "./request-record.ts";

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
  /** Requests that were not answered as they should be. */
  readonly lost: number;
  /** Requests that each colour answered. */
  readonly answeredBy: Readonly<Record<string, number>>;
  /** Of those, requests that were lost: the colour's own errors. */
  readonly lostBy: Readonly<Record<string, number>>;
  readonly byStatus: Readonly<Record<string, number>>;
  readonly latencyMilliseconds: Latency;
}

/** Counts a set of requests. */
export function tally(records: readonly RequestRecord[]): Tally {
  const lost = records.filter(isLost);
  return {
    requests: records.length,
    lost: lost.length,
    answeredBy: countBy(records, (record) => record.colour),
    lostBy: countBy(lost, (record) => record.colour),
    byStatus: countBy(records, (record) => (record.statusCode === 0 ? "no answer" : String(record.statusCode))),
    latencyMilliseconds: latency(records),
  };
}

/** The requests that were under way at some moment between two times: those that a change could have lost. */
export function underWay(records: readonly RequestRecord[], from: number, until: number): readonly RequestRecord[] {
  return records.filter((record) => record.dueAt <= until && record.endedAt >= from);
}

function countBy(
  records: readonly RequestRecord[],
  key: (record: RequestRecord) => string | undefined,
): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const record of records) {
    const name = key(record);
    if (name !== undefined) counts[name] = (counts[name] ?? 0) + 1;
  }
  return counts;
}

function latency(records: readonly RequestRecord[]): Latency {
  const sorted = records.map((record) => record.latencyMilliseconds).toSorted((one, other) => one - other);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0;
  const sum = sorted.reduce((total, value) => total + value, 0);
  return { mean: sorted.length === 0 ? 0 : sum / sorted.length, p50: at(0.5), p95: at(0.95), max: at(1) };
}
