import type { Fleet } from "../local/fleet.ts";
import { startLoadThread, TrafficRecord } from "../local/load/load-thread.ts";
import { accountRows, reachedTask, tally } from "../local/load/tally.ts";
import type { Check } from "../report/report-schema.ts";

/**
 * Seconds from one request of a user to the next. It is as often as staging's firewall lets 100 users send from one address:
 * 20,000 requests in five minutes (`edge.requestsPerFiveMinutes`, guide T2).
 */
const secondsBetweenRequests = 1.5;

/** How much longer a stalled server may take. */
const graceSeconds = 60;

/** Where users send their requests, and who counts them. */
export interface LoadedStage {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  readonly publicHost: string;
  readonly fleet: Pick<Fleet, "requestCount">;
  readonly database: { readonly storedIds: () => Promise<readonly string[]> };
}

/** What so many users met. */
export interface UserLoad {
  readonly users: number;
  readonly seconds: number;
  readonly sent: number;
  readonly lost: number;
  /** From when a request was due, so that waiting for a stalled server counts. */
  readonly latencyMilliseconds: {
    readonly mean: number;
    readonly p50: number;
    readonly p95: number;
    readonly max: number;
  };
  readonly acknowledgedRows: number;
  readonly checks: readonly Check[];
}

/**
 * Lets users send requests for a while: an open loop, in which a request is due at its time whether or not earlier ones were
 * answered. All of them are waited for, and counted at both ends.
 */
export async function measureUsers(
  { port, publicHost, fleet, database }: LoadedStage,
  { users, seconds }: { readonly users: number; readonly seconds: number },
): Promise<UserLoad> {
  const [countedBefore, storedBefore] = [await fleet.requestCount(), new Set(await database.storedIds())];
  const requestsPerSecond = users / secondsBetweenRequests;
  const due = Math.round(requestsPerSecond * seconds);
  const load = startLoadThread({
    port,
    host: publicHost,
    requestsPerSecond,
    // No request waits for another one, however long the server stalls.
    maxInFlight: due,
    writeShare: 0.5,
    maxRequests: due,
    maxSeconds: seconds + graceSeconds,
    seed: users,
  });
  try {
    const traffic = new TrafficRecord(load, new AbortController().signal);
    const ended = (all: readonly unknown[]) => all.length >= due;
    const records = await traffic.until(`${due} requests`, seconds + graceSeconds, ended);
    const { requests: sent, lost, latencyMilliseconds } = tally(records);
    const stored = (await database.storedIds()).filter((id) => !storedBefore.has(id));
    const rows = accountRows(records, stored);
    const counted = (await fleet.requestCount()) - countedBefore;
    const reached = reachedTask(records);
    return {
      ...{ users, seconds, sent, lost, latencyMilliseconds, acknowledgedRows: rows.acknowledged },
      checks: [
        { what: "no request is lost", held: lost === 0 && sent > 0, found: `${lost} of ${sent}` },
        {
          what: "clients and tasks count the same requests",
          held: counted === reached && reached === sent,
          found: `${sent} sent, ${reached} reached a task, and the tasks counted ${counted}`,
        },
        {
          what: "each acknowledged row is stored, and no other",
          held: rows.lost.length === 0 && rows.foreign === 0 && rows.acknowledged > 0,
          found: `${rows.acknowledged} acknowledged, ${rows.lost.length} of them lost, ${rows.foreign} others`,
        },
      ],
    };
  } finally {
    await load.close();
  }
}
