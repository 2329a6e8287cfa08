import { buildCommand } from "@stricli/core";
import { type Colour, colours } from "../../rollout/colour.ts";
import { type MigrationKind, migrationKinds, type OneOffTask, oneOffTasks } from "../../rollout/one-off-tasks.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { TaskResult } from "../moves/task-end.ts";
import { WrongUseError } from "../outcome.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface TaskFlags extends CommonFlags {
  readonly run: OneOffTask;
  readonly kind?: MigrationKind;
  readonly colour?: Colour;
  readonly reason?: string;
}

/** `task`: migrations, integrity checks and seed data. */
export const task = buildCommand({
  docs: explain("Run a one-off task to its end: a migration, integrity checks or seed data. Run again, it joins in.", [
    {
      line: "npm run rollout -- task --stage production --run migrate",
      purpose:
        "Runs it as what check-migration has found: expand at weight 0, before traffic; contract once no previous version can come back.",
    },
    {
      line: 'npm run rollout -- task --stage production --run migrate --reason "why requests may wait for it now"',
      purpose: "A blocking migration, with nobody served. A reason with --kind stands in for a check.",
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
          "For a migration: what you take it for, which may only be stricter than its check. expand adds what the old version ignores. contract removes what it uses, and runs when it cannot come back.",
      },
      colour: {
        kind: "enum",
        values: colours,
        optional: true,
        brief: "Whose image it runs from. By default the candidate's if it has a release, else the live one's.",
      },
      reason: {
        ...textFlag,
        brief: "For a migration: why it may run although it is blocking, or unchecked. Recorded.",
      },
    },
  },
  func: action(async ({ stage, run, kind, colour, reason }: TaskFlags, openWorld) => {
    requireMigration(run, { kind, reason });
    const { runTask } = await import("../moves/one-off-task.ts");
    const result = await runTask(await openWorld(stage), { run, kind, colour, reason: reason?.trim() });
    const { outcome } = result.evidence;
    return { exitCode: outcome === "done" ? 0 : 1, text: renderTask(result), json: { outcome, ...result } };
  }),
});

function requireMigration(run: OneOffTask, given: Pick<TaskFlags, "kind" | "reason">): void {
  if (run === "migrate") return;
  if (given.kind !== undefined) {
    throw new WrongUseError(`--kind ${given.kind} does not go with --run ${run}. Only migrate has a kind.`);
  }
  if (given.reason !== undefined) {
    throw new WrongUseError(`--reason does not go with --run ${run}. Only migrate takes one.`);
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
    ...(outcome === "done"
      ? []
      : [...leftBehind(evidence), "Fix the error in the log, then run this command again. It starts a new task."]),
    `Commit ${evidencePath}.`,
  ].join("\n");
}

/** What a migration that did not end well has left behind. */
function leftBehind({ task, stage }: TaskResult["evidence"]): readonly string[] {
  const { run, startedAt, migration, colour } = task;
  if (run !== "migrate") return [];
  if (startedAt === null) return ["The schema is as it was."];
  if (migration?.isOneTransaction === true) {
    return ["It is one transaction, so PostgreSQL has undone all of it: the schema is as it was."];
  }
  const what =
    migration === undefined
      ? "Nobody has checked its SQL, so it is not known what stands"
      : "It is more than one transaction: what it finished before the failure stands, and Alembic goes on from the last revision that it wrote down";
  return [
    `${what}. See where it is by alembic current in the image. An index that was being built concurrently is left invalid: find it by SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid, and drop it. Then render the rest and check it: npm run rollout -- check-migration --stage ${stage} --colour ${colour} --from <revision>.`,
  ];
}

function duration(startedAt: string, stoppedAt: string): string {
  const seconds = (new Date(stoppedAt).getTime() - new Date(startedAt).getTime()) / 1000;
  return formatDuration(Math.max(0, Math.round(seconds)));
}
