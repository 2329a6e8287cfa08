import { Agent, get } from "node:http";
import { generationHeader } from "../balancer/forward.ts";

/** Where a burst goes, and how large it is. */
interface BurstOptions {
  /** Port of the balancer on 127.0.0.1. */
  readonly port: number;
  readonly host: string;
  readonly requests: number;
  /** The generation of the routes that answers count under. */
  readonly generation: number;
}

/** Requests in flight at once: enough to keep a small machine busy. */
const inFlight = 16;

const answerTimeoutMilliseconds = 10_000;

/**
 * Sends requests as fast as they are answered and waits for all of them, so that the faster colour is not counted first. They
 * cost the API next to nothing, and are no part of the load.
 *
 * @returns who answered each; undefined where no colour did, or one that other routes had chosen
 */
export async function sendBurst({
  port,
  host,
  requests,
  generation,
}: BurstOptions): Promise<readonly (string | undefined)[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: inFlight });
  const options = {
    host: "127.0.0.1",
    port,
    agent,
    path: "/health",
    headers: { host },
    timeout: answerTimeoutMilliseconds,
  };
  const answers: (string | undefined)[] = [];
  let sent = 0;
  const sendOne = () =>
    new Promise<string | undefined>((resolve) => {
      const request = get(options, (response) => {
        const colour = response.headers["x-colour"];
        const counts = typeof colour === "string" && response.headers[generationHeader] === String(generation);
        response.resume().once("close", () => resolve(counts ? colour : undefined));
      });
      request.once("timeout", () => request.destroy());
      request.once("error", () => resolve(undefined));
    });
  const sender = async () => {
    while (sent < requests) {
      sent++;
      answers.push(await sendOne());
    }
  };
  await Promise.all(Array.from({ length: inFlight }, sender));
  agent.destroy();
  return answers;
}
