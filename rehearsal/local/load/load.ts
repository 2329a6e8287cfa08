/**
 * An open-loop load: each request is due at a time of its own, and its latency counts from then, so that a stalled server is
 * not flattered ("coordinated omission").
 *
 * It is this project's own because the rehearsal needs each request by itself: the id of the row that it wrote, which colour was
 * chosen for it and by which routes, when it was due, sent and answered. Load generators give sums: autocannon sends the next
 * request of a connection when the last one is answered, and corrects its latencies afterwards (its README, `overallRate`);
 * artillery has an open loop, and reports counters and histograms (its reference, "Reported metrics").
 */
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { seededRandom } from "../balancer/draw.ts";
import { isLost, preciseNow, type RequestRecord, sendRequest } from "./request.ts";

/** Settings of a load. It ends at the first of its two limits, or when it is stopped. */
export interface LoadOptions {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  /** The public host. */
  readonly host: string;
  /** Requests due each second, whether or not earlier requests were answered (an open loop). */
  readonly requestsPerSecond: number;
  /** How many requests may be in flight at once. Further requests wait, and their waiting counts as latency. */
  readonly maxInFlight: number;
  /**
   * Once a request is due for longer than this, it and all that are due are left out, so that a machine that cannot send so many does
   * not fall behind without end. Default: none is left out.
   */
  readonly leaveOutAfterSeconds?: number;
  /** Share of requests, from 0 to 1, that write a new row. The rest read a row whose write was acknowledged. */
  readonly writeShare: number;
  readonly maxRequests: number;
  readonly maxSeconds: number;
  readonly seed: number;
}

/** What became of one request of a load. */
export interface LoadRecord extends RequestRecord {
  /** Its number in the order of sending: 0, 1, 2 … */
  readonly sequence: number;
}

/** A load that is running. */
export interface Load {
  /** The requests that ended since the last call, in the order in which they ended. */
  drain(): readonly LoadRecord[];
  /** How many requests were left out so far. */
  leftOut(): number;
  /** Sends no more requests, and resolves once every request that was sent has ended. */
  stop(): Promise<void>;
}

const tickMilliseconds = 4;
const answerTimeoutSeconds = 10;
const rowsToReadFrom = 500;

/** Starts load at once. */
export function startLoad(options: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxInFlight, scheduling: "lifo" });
  const target = { port: options.port, host: options.host, agent, timeoutSeconds: answerTimeoutSeconds };
  const random = seededRandom(options.seed);
  const startedAt = preciseNow();
  const acknowledged: string[] = [];
  const all = Promise.withResolvers<void>();
  let ended: LoadRecord[] = [];
  let sent = 0;
  let inFlight = 0;
  let stopped = false;
  let leftOut = 0;

  function next(): { readonly kind: "write" | "read"; readonly id: string } {
    const known = acknowledged[Math.floor(random() * acknowledged.length)];
    return known === undefined || random() < options.writeShare
      ? { kind: "write", id: randomUUID() }
      : { kind: "read", id: known };
  }

  function finishIfDone(): void {
    if (!stopped || inFlight > 0) return;
    agent.destroy();
    all.resolve();
  }

  async function send(dueAt: number): Promise<void> {
    const sequence = sent++;
    inFlight++;
    const { kind, id } = next();
    const record = await sendRequest(target, kind, id, dueAt);
    ended.push({ ...record, sequence });
    if (kind === "write" && !isLost(record)) {
      if (acknowledged.length < rowsToReadFrom) acknowledged.push(id);
      else acknowledged[sent % rowsToReadFrom] = id;
    }
    inFlight--;
    sendDue();
    finishIfDone();
  }

  function sendDue(): void {
    const spacing = 1000 / options.requestsPerSecond;
    while (!stopped && sent < options.maxRequests && inFlight < options.maxInFlight) {
      const dueAt = startedAt + (sent + leftOut) * spacing;
      const late = preciseNow() - dueAt;
      if (late < 0) return;
      if (late > (options.leaveOutAfterSeconds ?? Number.POSITIVE_INFINITY) * 1000)
        leftOut += Math.floor(late / spacing);
      else void send(dueAt);
    }
  }

  function end(): void {
    stopped = true;
    clearInterval(timer);
    finishIfDone();
  }

  const timer = setInterval(() => {
    sendDue();
    if (sent >= options.maxRequests || preciseNow() - startedAt > options.maxSeconds * 1000) end();
  }, tickMilliseconds);

  return {
    drain() {
      const drained = ended;
      ended = [];
      return drained;
    },
    leftOut: () => leftOut,
    async stop() {
      end();
      await all.promise;
    },
  };
}
