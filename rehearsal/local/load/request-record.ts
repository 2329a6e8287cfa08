/** What became of one request. */
export interface RequestRecord {
  readonly kind: "write" | "read";
  /** Id of the row that it wrote or read; no two writes share one. */
  readonly id: string;
  /** When it should have been sent, milliseconds since 1970. */
  readonly dueAt: number;
  /** When it was sent: later than due where too many were under way. */
  readonly sentAt: number;
  /** When the answer was complete, or the request had failed. */
  readonly endedAt: number;
  /** From when it was due, so that waiting for a slow server counts as latency. */
  readonly latencyMilliseconds: number;
  /** 0 when there was no answer. */
  readonly statusCode: number;
  /** The colour and the release that answered; absent when the service did not answer itself. */
  readonly colour?: string;
  readonly release?: string;
  /** The generation of routes that it was routed by; absent when it was not routed to a target. */
  readonly generation?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** A request is lost unless it was answered as it should be: 2xx, and a row that was acknowledged is found. */
export function isLost(record: RequestRecord): boolean {
  return record.statusCode < 200 || record.statusCode > 299;
}
