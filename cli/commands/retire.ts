import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface RetireFlags extends CommonFlags {
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `retire`: the old colour to zero tasks. */
export const retire = buildCommand({
  docs: explain("After the rollback window: stop the old colour's tasks by removing its image.", [
    {
      line: "npm run rollout -- retire --stage production",
      purpose: "End the rollout (guide R3). The previous version is gone.",
    },
    { line: "npm run rollout -- retire --stage production --dry-run", purpose: "Show what it would delete." },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      reason: { ...textFlag, brief: "Why the colour may be retired within the rollback window." },
      dryRun: { ...switchFlag, brief: "Preview only. Change nothing." },
    },
  },
  func: action(async ({ stage, reason, dryRun = false }: RetireFlags, openWorld) => {
    const [{ runMove }, { retirement }] = await Promise.all([
      import("../moves/run-move.ts"),
      import("../moves/asked-move.ts"),
    ]);
    return await runMove(await openWorld(stage), {
      ask: (standing) => retirement(standing, reason),
      dryRun,
      commit: false,
    });
  }),
});
