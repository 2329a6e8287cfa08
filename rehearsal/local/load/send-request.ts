import { type Agent, request as openRequest } from "node:http";
import { generationHeader } from "../balancer/headers.ts";
import type { RequestRecord } from "./request-record.ts";

/** Where requests go and how long an answer is waited for. */
export interface RequestTarget {
  readonly port: number;
  /** The Host header. */
  readonly host: string;
  readonly agent: Agent;
  readonly timeoutSeconds: number;
}

/** The time now, milliseconds since 1970, as fine as the machine measures and comparable between threads. */
export function preciseNow(): number {
  return performance.timeOrigin + performance.now();
}

/** Sends one request; never rejects, since a failure is a measurement too. */
export async function sendRequest(
  target: RequestTarget,
  kind: "write" | "read",
  id: string,
  dueAt: number,
): Promise<RequestRecord> {
  const sentAt = preciseNow();
  const { promise, resolve } = Promise.withResolvers<RequestRecord>();
  const end = (outcome: Pick<RequestRecord, "statusCode" | "colour" | "release" | "generation" | "error">) => {
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
      const { headers } = response;
      const colour = headers["x-colour"];
      const release = headers["x-release"];
      const generation = headers[generationHeader];
      response.resume();
      response.once("end", () =>
        end({
          statusCode: response.statusCode ?? 0,
          ...(typeof colour === "string" && { colour }),
          ...(typeof release === "string" && { release }),
          ...(typeof generation === "string" && { generation: Number(generation) }),
        }),
      );
      response.once("error", (error) => end({ statusCode: 0, error: error.message }));
    },
  );
  request.once("timeout", () => request.destroy(new Error(`no answer within ${target.timeoutSeconds} s`)));
  request.once("error", (error) => end({ statusCode: 0, error: error.message }));
  request.end(body);
  return await promise;
}
