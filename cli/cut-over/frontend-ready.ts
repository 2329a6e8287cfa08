import { z } from "zod";
import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { vercelTokenVariable } from "../../infra/vercel/frontend-vercel.ts";
import { askProvider } from "../cloudflare.ts";

/** Where Vercel's API is, and whose token asks. */
interface VercelPorts {
  readonly vercelUrl: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

const deployments = z.object({
  deployments: z.array(z.object({ uid: z.string(), readySubstate: z.string().optional() })),
});

/**
 * Why visitors cannot be sent to the stage's frontend yet: none of its production deployments is ready, or none serves.
 *
 * @returns a sentence for each reason
 * @see Vercel REST API, "List deployments"
 */
export async function frontendProblems(
  { projectName, teamId }: StageConfig["frontend"],
  { vercelUrl, environment }: VercelPorts,
): Promise<readonly string[]> {
  const token = environment[vercelTokenVariable] ?? "";
  if (token === "") {
    return [
      `${vercelTokenVariable} is not set, so nobody can tell whether the frontend is deployed. Set it to a token of the project's owner.`,
    ];
  }
  const query = new URLSearchParams({ app: projectName, target: "production", state: "READY", limit: "20" });
  if (teamId !== undefined) query.set("teamId", teamId);
  const answer = await askProvider(`${vercelUrl}/v6/deployments?${query}`, token);
  const ready = deployments.parse(JSON.parse(answer)).deployments;
  // One that waits serves nobody yet.
  if (ready.some(({ readySubstate }) => readySubstate !== "STAGED")) return [];
  if (ready.length > 0) {
    return [
      `No production deployment of ${projectName} serves yet: ${ready[0]?.uid} waits. Visitors would get an error. Run npm run rollout -- frontend --stage <stage>, which sends visitors to it.`,
    ];
  }
  return [
    `Vercel has no production deployment of ${projectName} that is ready. Visitors would get an error. Deploy it first: push to its production branch, or run npx vercel --prod in the frontend's folder.`,
  ];
}
