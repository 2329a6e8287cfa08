import { buildCommand } from "@stricli/core";
import { type Colour, colours } from "../../rollout/colour.ts";
import { type MigrationKind, migrationKinds, type OneOffTask, oneOffTasks } from "../../rollout/one-off-tasks.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { TaskResult } from "../moves/task-end.ts";
import { WrongUseError } from "../outcome.ts";
import { action, type CommonFlags, commonFlags, explain } from "./command.ts";

interface TaskFlags extends CommonFlags {
  readonly run: OneOffTask;
  readonly kind?: MigrationKind;
  readonly colour?: Colour;
}

/** `task`: migrations, integrity checks and seed data. */
export const task = buildCommand({
  docs: explain("Run a one-off task to its end: a migration, integrity checks or seed data. Run again, it joins in.", [
    {
      line: "npm run rollout -- task --stage production --run migrate --kind expand",
      purpose: "Before the first step, at weight 0, from the candidate's image.",
    },
    {
      line: "npm run rollout -- task --stage production --run migrate --kind contract",
      purpose: "After promote, once the previous version cannot be returned to.",
    },
    {
      line: "npm run rollout -- task --stage production --run integrity --colour blue",
      purpose: "The checks of blue's image: after a restore, after 100 %. They run under a set latch, too.",
    },
    { line: "npm run rollout -- task --stage staging --run seed", purpose: "Made-up couples and invoices." },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      run: {
        kind: "enum",
        values: oneOffTasks,
        brief:
          "migrate: alembic upgrade head (guide S2, P4). integrity: checks that only read (P4, C4). seed: made-up data, staging only (S3).",
      },
      kind: {
        kind: "enum",
        values: migrationKinds,
        optional: true,
        brief:
          "For a migration. expand adds what the old version ignores, and runs at weight 0. contract removes what only the old version used, and runs when that version cannot come back.",
      },
      colour: {
        kind: "enum",
        values: colours,
        optional: true,
        brief: "Whose image it runs from. By default the candidate's if it has a release, else the live one's.",
      },
    },
  },
  func: action(async ({ stage, run, kind, colour }: TaskFlags, openWorld) => {
    requireKindOfMigration(run, kind);
    const { runTask } = await import("../moves/one-off-task.ts");
    const result = await runTask(await openWorld(stage), { run, kind, colour });
    const { outcome } = result.evidence;
    return { exitCode: outcome === "done" ? 0 : 1, text: renderTask(result), json: { outcome, ...result } };
  }),
});

function requireKindOfMigration(run: OneOffTask, kind: MigrationKind | undefined): void {
  if (run === "migrate" && kind === undefined) {
    throw new WrongUseError("--kind is missing. A migration is expand or contract.");
  }
  if (run !== "migrate" && kind !== undefined) {
    throw new WrongUseError(`--kind ${kind} does not go with --run ${run}. Only migrate has a kind.`);
  }
}

/** Tells how a one-off task ended: with what it did, or with what failed and where to read on. */
function renderTask({ how, log, evidence, evidencePath }: TaskResult): string {
  const { task, outcome, problems } = evidence;
  const { run, kind, colour, image, exitCode, startedAt, stoppedAt } = task;
  const ran = startedAt === null || stoppedAt === null ? "" : ` after ${duration(startedAt, stoppedAt)}`;
  const by = { started: "", joined: " It was running already.", ended: " An earlier run had started it." }[how];
  const kindWord = kind === null ? "" : ` (${kind})`;
  return [
    ...(outcome === "done"
      ? [`${run}${kindWord} from ${colour}, ${image}, ended with exit code ${exitCode}${ran}.${by}`]
      : problems.map((problem) => `${problem}${by}`)),
    `Log group ${log.group}, stream ${log.stream}:`,
    `  ${log.command}`,
    ...(outcome === "done" ? [] : ["Fix the error in the log, then run this command again. It starts a new task."]),
    `Commit ${evidencePath}.`,
  ].join("\n");
}

function duration(startedAt: string, stoppedAt: string): string {
  const seconds = (new Date(stoppedAt).getTime() - new Date(startedAt).getTime()) / 1000;
  return formatDuration(Math.max(0, Math.round(seconds)));
}
