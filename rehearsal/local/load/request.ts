import { type Agent, request as openRequest } from "node:http";
import { preciseNow } from "../../../cli/verify/load/open-loop.ts";
import { chosenColourHeader, generationHeader, targetTimeHeader } from "../balancer/forward.ts";

export { preciseNow };

/** What became of one request. */
export interface RequestRecord {
  readonly kind: "write" | "read";
  /** Id of the row that it wrote or read. Each write has an id of its own. */
  readonly id: string;
  /** When it was due, milliseconds since 1970. */
  readonly dueAt: number;
  /** When it was sent: later than due where too many requests were in flight. */
  readonly sentAt: number;
  /** When the answer was complete, or the request had failed. */
  readonly endedAt: number;
  /** From when it was due, so that waiting for a slow server counts as latency. */
  readonly latencyMilliseconds: number;
  /** How long its target took, as the balancer measured it; absent when no target answered. */
  readonly targetMilliseconds?: number;
  /** 0 when there was no answer. */
  readonly statusCode: number;
  /** The colour that answered; absent when the balancer answered, or nobody. */
  readonly colour?: string;
  /** The colour whose target the balancer chose; absent when it chose none, or nobody answered. */
  readonly chosen?: string;
  /** The generation of the routes that chose its target; absent when it reached no target. */
  readonly generation?: number;
  /** Why there was no answer. */
  readonly error?: string;
}

/** Whether a request is lost: it got another status code than 2xx, or none. */
export function isLost(record: Pick<RequestRecord, "statusCode">): boolean {
  return record.statusCode < 200 || record.statusCode > 299;
}

/** Where requests go, and how long an answer may take. */
export interface RequestTarget {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  /** The Host header. */
  readonly host: string;
  readonly agent: Agent;
  readonly timeoutSeconds: number;
}

/** Sends one request. It never rejects, because a failure is measured too. */
export async function sendRequest(
  target: RequestTarget,
  kind: RequestRecord["kind"],
  id: string,
  dueAt: number,
): Promise<RequestRecord> {
  const sentAt = preciseNow();
  const { promise, resolve } = Promise.withResolvers<RequestRecord>();
  const end = (
    outcome: Pick<RequestRecord, "statusCode" | "targetMilliseconds" | "colour" | "chosen" | "generation" | "error">,
  ) => {
    const endedAt = preciseNow();
    resolve({ kind, id, dueAt, sentAt, endedAt, latencyMilliseconds: endedAt - dueAt, ...outcome });
  };
  const body = kind === "write" ? JSON.stringify({ id, names: `Couple ${id.slice(0, 8)}` }) : "";
  const request = openRequest(
    {
      host: "127.0.0.1",
      port: target.port,
      agent: target.agent,
      method: kind === "write" ? "POST" : "GET",
      path: kind === "write" ? "/couples" : `/couples/${id}`,
      headers: {
        host: target.host,
        ...(kind === "write" && { "content-type": "application/json", "content-length": Buffer.byteLength(body) }),
      },
      timeout: target.timeoutSeconds * 1000,
    },
    (response) => {
      const text = (name: string) => {
        const value = response.headers[name];
        return typeof value === "string" ? value : undefined;
      };
      const generation = text(generationHeader);
      const targetTime = text(targetTimeHeader);
      const outcome = {
        statusCode: response.statusCode ?? 0,
        ...(targetTime === undefined ? {} : { targetMilliseconds: Number(targetTime) }),
        colour: text("x-colour"),
        chosen: text(chosenColourHeader),
        generation: generation === undefined ? undefined : Number(generation),
      };
      response.resume();
      response.once("end", () => end(outcome));
      response.once("error", (error) => end({ statusCode: 0, error: error.message }));
    },
  );
  request.once("timeout", () => request.destroy(new Error(`no answer within ${target.timeoutSeconds} s`)));
  request.once("error", (error) => end({ statusCode: 0, error: error.message }));
  request.end(body);
  return await promise;
}
