import { buildCommand } from "@stricli/core";
import { action, explain, type MoveFlags, moveFlags } from "./command.ts";

/** `promote`: the candidate becomes live; public traffic does not move. */
export const promote = buildCommand({
  docs: explain("Complete the rollout at 100 %: the candidate becomes live. Public traffic does not move.", [
    {
      line: "npm run rollout -- promote --stage production",
      purpose: "Run it after the last bake. The previous version keeps running for the rollback window.",
    },
    { line: "npm run rollout -- promote --stage production --dry-run", purpose: "Show what it would change." },
  ]),
  parameters: { flags: moveFlags },
  func: action(async ({ stage, reason, dryRun = false, commit = false }: MoveFlags, openWorld) => {
    const [{ runMove }, { prepareMove }, { promotion }] = await Promise.all([
      import("../moves/run-move.ts"),
      import("../moves/decide.ts"),
      import("../moves/asked-move.ts"),
    ]);
    return await runMove(await openWorld(stage), {
      ask: (standing, earlierReason) => prepareMove(standing, promotion(standing, stage), reason ?? earlierReason),
      dryRun,
      commit,
    });
  }),
});
