import { isLost, type RequestRecord } from "./request-record.ts";

/** What was promised and what is there. */
export interface RowAccount {
  /** Writes that were acknowledged. */
  readonly acknowledged: number;
  /** Rows in the database. */
  readonly stored: number;
  /** Ids that were acknowledged and are not stored: data lost. */
  readonly lost: readonly string[];
  /** Rows whose write was not acknowledged: no promise was broken, yet a client that tries again meets them. */
  readonly unacknowledged: number;
  /** Rows that this load never wrote. */
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
