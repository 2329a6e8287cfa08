import { buildCommand } from "@stricli/core";
import { action, explain, type MoveFlags, moveFlags } from "./command.ts";

/** `advance`: the next step of the schedule, when the gate lets it through. */
export const advance = buildCommand({
  docs: explain("Take the next step: ask the gate, edit the weight, preview, update, read back, write evidence.", [
    { line: "npm run rollout -- advance --stage production", purpose: "Take the next step of rollout.steps." },
    {
      line: "npm run rollout -- advance --stage production --dry-run",
      purpose: "Show what the step would change, and whether it may be taken now.",
    },
    {
      line: "npm run rollout -- advance --stage production --commit",
      purpose: "Edit and commit the weight only. The update follows when the pull request is merged.",
    },
    {
      line: 'npm run rollout -- advance --stage production --reason "INC-12: the fix must be out by Saturday"',
      purpose: "Skip the bake, or go on without the requests that the gate asks for. The reason is recorded.",
    },
  ]),
  parameters: { flags: moveFlags },
  func: action(async ({ stage, reason, dryRun = false, commit = false }: MoveFlags, openWorld) => {
    const [{ runMove }, { prepareMove }, { nextStep }] = await Promise.all([
      import("../moves/run-move.ts"),
      import("../moves/decide.ts"),
      import("../moves/asked-move.ts"),
    ]);
    return await runMove(await openWorld(stage), {
      ask: (standing, earlierReason) => prepareMove(standing, nextStep(standing, stage), reason ?? earlierReason),
      dryRun,
      commit,
    });
  }),
});
