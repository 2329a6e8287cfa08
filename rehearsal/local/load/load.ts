/** The rehearsal's load: writes of new rows and reads of acknowledged ones, sent by the open loop of `verify --load`. */
import { randomUUID } from "node:crypto";
import { Agent } from "node:http";
import { type OpenLoop, type OpenLoopLimits, startOpenLoop } from "../../../cli/verify/load/open-loop.ts";
import { seededRandom } from "../balancer/draw.ts";
import { isLost, type RequestRecord, sendRequest } from "./request.ts";

/** Settings of a load. It ends at the first of its two limits, or when it is stopped. */
export interface LoadOptions extends OpenLoopLimits {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  /** The public host. */
  readonly host: string;
  /** Share of requests, from 0 to 1, that write a new row. The rest read a row whose write was acknowledged. */
  readonly writeShare: number;
  readonly seed: number;
}

/** What became of one request of a load. */
export interface LoadRecord extends RequestRecord {
  /** Its number in the order of sending: 0, 1, 2 … */
  readonly sequence: number;
}

/** A load that is running. */
export type Load = Pick<OpenLoop<LoadRecord>, "drain" | "leftOut" | "stop">;

const answerTimeoutSeconds = 10;
const rowsToReadFrom = 500;

/** Starts load at once. */
export function startLoad(options: LoadOptions): Load {
  const agent = new Agent({ keepAlive: true, maxSockets: options.maxInFlight, scheduling: "lifo" });
  const target = { port: options.port, host: options.host, agent, timeoutSeconds: answerTimeoutSeconds };
  const random = seededRandom(options.seed);
  const acknowledged: string[] = [];
  let writes = 0;

  function next(): { readonly kind: "write" | "read"; readonly id: string } {
    const known = acknowledged[Math.floor(random() * acknowledged.length)];
    return known === undefined || random() < options.writeShare
      ? { kind: "write", id: randomUUID() }
      : { kind: "read", id: known };
  }

  const { drain, leftOut, stop, over } = startOpenLoop<LoadRecord>(options, async (sequence, dueAt) => {
    const { kind, id } = next();
    const record = await sendRequest(target, kind, id, dueAt);
    if (kind === "write" && !isLost(record)) {
      if (acknowledged.length < rowsToReadFrom) acknowledged.push(id);
      else acknowledged[writes++ % rowsToReadFrom] = id;
    }
    return { ...record, sequence };
  });
  void over.then(() => agent.destroy());
  return { drain, leftOut, stop };
}
