import { Agent } from "node:http";
import type { Colour } from "../../rollout/colour.ts";
import { preciseNow, sendRequest } from "../local/load/request.ts";

/** Id of a couple that nobody stores: the candidate's host is only asked who answers. */
const nobody = "00000000-0000-4000-8000-00000000dead";

/** Asks the candidate's own host a few times. @returns how often the candidate answered */
export async function askCandidateHost(
  port: number,
  host: string,
  candidate: Colour,
): Promise<{ readonly asked: number; readonly answeredByCandidate: number }> {
  const asked = 5;
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const target = { port, host, agent, timeoutSeconds: 5 };
  let answeredByCandidate = 0;
  for (let count = 0; count < asked; count++) {
    const record = await sendRequest(target, "read", nobody, preciseNow());
    if (record.colour === candidate) answeredByCandidate++;
  }
  agent.destroy();
  return { asked, answeredByCandidate };
}
