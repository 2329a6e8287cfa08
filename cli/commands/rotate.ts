import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface RotateFlags extends CommonFlags {
  readonly endGrace?: boolean;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** `rotate`: another generated key for `SECRET_KEY`. */
export const rotate = buildCommand({
  docs: explain("Rotate SECRET_KEY, one update a run, at weight 0. It prints no key and writes none into a file.", [
    {
      line: "npm run rollout -- rotate --stage production",
      purpose: "First run: all tasks accept the next key. Second run: that key signs, and the one before is accepted.",
    },
    {
      line: "npm run rollout -- rotate --stage production --end-grace",
      purpose: "After the login lifetime (api.loginLifetime): the key before is no longer accepted, and is deleted.",
    },
    {
      line: 'npm run rollout -- rotate --stage production --end-grace --reason "INC-31: the old key has leaked"',
      purpose: "At once. Whoever logged in before the switch is signed out.",
    },
    { line: "npm run rollout -- rotate --stage production --dry-run", purpose: "Show what the next run would change." },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      endGrace: { ...switchFlag, brief: "Stop accepting the key before." },
      reason: { ...textFlag, brief: "Why the grace may end before the login lifetime. Recorded." },
      dryRun: { ...switchFlag, brief: "Preview only. Change nothing." },
    },
  },
  func: action(async ({ stage, endGrace = false, reason, dryRun = false }: RotateFlags, openWorld) => {
    const [{ runMove }, { rotation }] = await Promise.all([
      import("../moves/run-move.ts"),
      import("../moves/rotation.ts"),
    ]);
    return await runMove(await openWorld(stage), {
      ask: (standing) => rotation(standing, { endGrace, reason }),
      dryRun,
      commit: false,
    });
  }),
});
