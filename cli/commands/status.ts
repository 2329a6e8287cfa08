import { buildCommand } from "@stricli/core";
import { messageOf } from "../outcome.ts";
import type { Snapshot } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface StatusFlags extends CommonFlags {
  readonly watch?: boolean;
}

/** `status`: where the rollout stands, and what comes next. */
export const status = buildCommand({
  docs: explain(
    "Show what AWS does, the latch and the next command; then the record, tasks, alarms, the bake and the gate.",
    [
      {
        line: "npm run rollout -- status --stage production",
        purpose:
          "Everything that a step depends on, on one screen. Without Pulumi, or with a mistake in the file, what AWS tells.",
      },
      {
        line: "npm run rollout -- status --stage production --watch",
        purpose: "The same until the bake is over, the gate decides or the latch is set. It exits with 0 to go on.",
      },
      {
        line: "npm run --silent rollout -- status --stage production --json | jq .gate.verdict",
        purpose: "The verdict alone.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      watch: { ...switchFlag, brief: "Look every 30 s until somebody has to act. In a pipe: a line for each change." },
    },
  },
  func: action(async ({ stage, watch = false, json = false }: StatusFlags, openWorld, screen) => {
    const [
      world,
      { describeStage, renderStatus },
      { readSnapshot, UnreadableOutputsError },
      { tagsOf, unlabelledImages },
    ] = await Promise.all([
      openWorld(stage),
      import("../reports/status-report.ts"),
      import("../snapshot.ts"),
      import("../release-names.ts"),
    ]);
    if (watch) {
      const { watchStatus } = await import("../reports/watch-status.ts");
      // Standard output is then one document.
      const toPerson = { isTerminal: false, write: (line: string) => world.say(line.trimEnd()) };
      return await watchStatus(world, json ? toPerson : screen);
    }
    try {
      const snapshot = await readSnapshot(world);
      const tags = await tagsOf(snapshot.aws, unlabelledImages(snapshot.record));
      const described = describeStage(stage, snapshot, tags);
      const { unfinishedMigration } = await import("../reports/unfinished-migration.ts");
      const migration = unfinishedMigration(stage, await world.evidence.list());
      const frontend = await statusOfFrontend(world, snapshot);
      return {
        exitCode: 0,
        text: [
          renderStatus(described),
          "",
          frontend.text,
          ...(migration === undefined ? [] : ["", migration.text, `  ${migration.command}`]),
        ].join("\n"),
        json: { ...described, frontend, migration: migration ?? null },
      };
    } catch (error) {
      const unread = error instanceof UnreadableOutputsError ? "Pulumi" : isOfFile(error) ? "stack file" : undefined;
      if (unread === undefined) throw error;
      const { renderWithoutPulumi, statusWithoutPulumi } = await import("../reports/rescue-status.ts");
      const found = await statusWithoutPulumi(world, { unread, problem: messageOf(error) });
      return { exitCode: unread === "Pulumi" ? 0 : 1, text: renderWithoutPulumi(found), json: found };
    }
  }),
});

/** Vercel that does not answer keeps nobody from seeing where the API stands. */
async function statusOfFrontend(world: RolloutWorld, snapshot: Snapshot) {
  const { frontendStatus } = await import("../frontend/run-frontend.ts");
  try {
    return await frontendStatus(world, snapshot);
  } catch (error) {
    const text = `It is not known where the frontend stands. ${messageOf(error)}`;
    return { did: "failed", deployment: null, text, isAhead: null };
  }
}

/** A mistake in the stack file keeps nobody from seeing where the traffic is. */
function isOfFile(error: unknown): boolean {
  return error instanceof Error && ["ConfigError", "YamlError"].includes(error.name);
}
