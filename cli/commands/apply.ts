import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface ApplyFlags extends CommonFlags {
  readonly dryRun?: boolean;
}

/** `apply`: what the stack file says, as it was merged. */
export const apply = buildCommand({
  docs: explain("Make true what the stack file says: preview, update bound to it, read back, write evidence.", [
    {
      line: "npm run rollout -- apply --stage production",
      purpose: "Run it after a merge. It takes no step that the file does not ask for.",
    },
    { line: "npm run rollout -- apply --stage production --dry-run", purpose: "Show what it would change." },
  ]),
  parameters: {
    flags: { ...commonFlags, dryRun: { ...switchFlag, brief: "Preview only. Change nothing." } },
  },
  func: action(async ({ stage, dryRun = false }: ApplyFlags, openWorld) => {
    const { applyFile } = await import("../moves/apply-file.ts");
    return await applyFile(await openWorld(stage), dryRun);
  }),
});
