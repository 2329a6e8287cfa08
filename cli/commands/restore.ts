import { buildCommand } from "@stricli/core";
import { RefusedError } from "../outcome.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface RestoreFlags extends CommonFlags {
  readonly to: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly commit?: boolean;
  readonly madeByHand?: boolean;
}

/** `restore`: the database as it was at a moment. */
export const restore = buildCommand({
  docs: explain(
    "Restore the database to a moment: another instance beside the old one, which the API then works on (guide B2).",
    [
      {
        line: "npm run rollout -- restore --stage production --to 2026-12-24T09:30:00+11:00 --dry-run",
        purpose: "What it would change, how long it may take, and every reason why not.",
      },
      {
        line: 'npm run rollout -- restore --stage production --to 2026-12-24T09:30:00+11:00 --reason "INC-12: invoices deleted at 9:31"',
        purpose: "At weight 0. What was written after that moment is missing in it. The old instance is kept.",
      },
      {
        line: 'npm run rollout -- restore --stage staging --to 2026-12-24T09:30:00+11:00 --reason "the monthly drill" --commit',
        purpose: "Edit and commit the stack file only, for a pull request, as the workflow drill does.",
      },
      {
        line: 'npm run rollout -- restore --stage production --to 2026-12-24T03:00:00+11:00 --reason "INC-12: from the vault" --made-by-hand',
        purpose:
          "After a restore without this command, as from the vault: write its evidence, so that migrations which it undid stop counting.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      to: { kind: "parsed", parse: String, brief: "The last moment at which the data was right, with its time zone." },
      reason: { ...textFlag, brief: "Why. Needed where the database is protected. Recorded." },
      dryRun: { ...switchFlag, brief: "Preview only. Change nothing." },
      commit: {
        ...switchFlag,
        brief: "Preview, edit the stack file and commit it, for a pull request. Restore nothing.",
      },
      madeByHand: {
        ...switchFlag,
        brief:
          "It was restored without this command: write the evidence of that alone. Give with --to when the copy was complete.",
      },
    },
  },
  func: action(async ({ stage, to, reason, dryRun = false, commit = false, madeByHand }: RestoreFlags, openWorld) => {
    if (madeByHand === true) {
      if (dryRun || commit) {
        throw new RefusedError("The evidence of a restore", [
          "--made-by-hand goes with neither --dry-run nor --commit.",
        ]);
      }
      const { recordRestore } = await import("../moves/record-restore.ts");
      return await recordRestore(await openWorld(stage), { to, reason });
    }
    const { restoreDatabase } = await import("../moves/restore.ts");
    return await restoreDatabase(await openWorld(stage), { to, reason, dryRun, commit });
  }),
});
