import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { vercelTokenVariable } from "../../infra/vercel/frontend-vercel.ts";
import { frontendCommand } from "../frontend/frontend-words.ts";
import type { RolloutWorld } from "../world.ts";

/**
 * Why visitors cannot be sent to the stage's frontend yet: none of its production deployments is ready, or none serves.
 *
 * @returns a sentence for each reason
 */
export async function frontendProblems(
  { stage, openFrontend }: Pick<RolloutWorld, "stage" | "openFrontend">,
  frontend: StageConfig["frontend"],
): Promise<readonly string[]> {
  const vercel = openFrontend(frontend);
  if (vercel === undefined) {
    return [
      `${vercelTokenVariable} is not set, so nobody can tell whether the frontend is deployed. Set it to a token of the project's owner.`,
    ];
  }
  const { projectName } = frontend;
  const ready = await vercel.readDeployments();
  const [newest] = ready;
  if (newest === undefined) {
    return [
      `Vercel has no production deployment of ${projectName} that is ready. Visitors would get an error. Deploy it first: push to its production branch, or run npx vercel --prod in the frontend's folder.`,
    ];
  }
  // One that waits serves nobody yet.
  if (ready.some(({ state }) => state !== "staged")) return [];
  return [
    `No production deployment of ${projectName} serves yet: ${newest.id} waits. Visitors would get an error. Run ${frontendCommand(stage)}, which sends visitors to it.`,
  ];
}
