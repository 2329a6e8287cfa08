import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface FrontendFlags extends CommonFlags {
  readonly dryRun?: boolean;
}

/** `frontend`: the frontend follows the API by one stage, or comes back. */
export const frontend = buildCommand({
  docs: explain("Have the frontend follow the API: begin, the next stage, the last one, or back to the one before.", [
    {
      line: "npm run rollout -- frontend --stage production",
      purpose: "The next stage of Vercel's rolling release, once the last has baked. Running it twice is safe.",
    },
    {
      line: "npm run rollout -- frontend --stage production --dry-run",
      purpose: "Show where the frontend stands, and what would be done.",
    },
  ]),
  parameters: {
    flags: { ...commonFlags, dryRun: { ...switchFlag, brief: "Look at Vercel and decide. Change nothing." } },
  },
  func: action(async ({ stage, dryRun = false }: FrontendFlags, openWorld) => {
    const [world, { runFrontend }] = await Promise.all([openWorld(stage), import("../frontend/run-frontend.ts")]);
    return await runFrontend(world, dryRun);
  }),
});
