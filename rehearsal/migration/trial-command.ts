import { buildCommand } from "@stricli/core";
import { WrongUseError } from "../../cli/outcome.ts";
import { countFlag, type ProgramContext } from "../../cli/program.ts";
import { renderMigrationCheck } from "../../cli/reports/migration-report.ts";
import type { RolloutWorld } from "../../cli/world.ts";
import { type Colour, colours } from "../../rollout/colour.ts";
import { verdictOf, verdictWords } from "../../rollout/migration-verdict.ts";
import { type Stage, stages } from "../../rollout/names.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { type CopyTrialResult, runCopyTrial } from "./run-copy-trial.ts";
import { runTrial, type TrialOutcome } from "./run-trial.ts";

interface TrialFlags {
  readonly stage: Stage;
  readonly sql?: string;
  readonly from?: string;
  readonly schema?: string;
  readonly rows?: string;
  readonly queries: string;
  readonly colour?: Colour;
  readonly reason?: string;
  readonly longestWait: number;
}

const text = (placeholder: string, brief: string) =>
  ({ kind: "parsed", parse: String, optional: true, placeholder, brief }) as const;

const brief = "Try a migration on a real PostgreSQL on this machine, beside the queries of the release that serves.";

/** What the command is given besides its flags. */
export interface TrialContext extends ProgramContext {
  /** Opens everything outside of this program that a check works with. */
  readonly openWorld: (stage: Stage) => Promise<RolloutWorld>;
}

/** `npm run try-migration`: what a migration does on a real PostgreSQL. */
export const trialCommand = buildCommand<TrialFlags, readonly string[], TrialContext>({
  docs: {
    brief,
    fullDescription: [
      brief,
      "",
      "EXAMPLES",
      "  npm run try-migration -- --stage production --sql migration.sql --schema schema.sql --queries queries",
      "      SQL that alembic upgrade --sql has written. Its check then has what the trial showed.",
      "  npm run try-migration -- --stage production --from 1975ea83b712 --rows rows.sql --queries queries",
      "      A migration that asks the database, which cannot be written as SQL: the candidate's image runs it on a copy (this needs Docker), and what ran is judged.",
      "  npm run try-migration -- --stage production --from 1975ea83b712 --rows rows.sql --queries queries -- alembic -c ../portal/alembic.ini",
      "      The same by Alembic on this machine.",
      "",
      "EXIT CODES",
      "  0 nothing was shown that harms the release that serves, 1 something was, or nothing could be tried, 2 wrong use",
    ].join("\n"),
  },
  parameters: {
    flags: {
      stage: { kind: "enum", values: stages, brief: "Whose checks get what it shows." },
      sql: text("file", "The SQL that was checked, as alembic upgrade <deployed>:head --sql writes it."),
      from: text(
        "revision",
        "In place of --sql: run the migration on a copy that is at this revision; base for an empty one.",
      ),
      schema: text(
        "file",
        "The deployed schema: pg_dump --schema-only --no-owner --no-privileges. With --from, Alembic makes it by default.",
      ),
      rows: text("file", "With --from: sample rows, as INSERT statements. They are made up, and no person's data."),
      queries: {
        kind: "parsed",
        parse: String,
        placeholder: "folder",
        brief: "What the release that serves asks of the database, a .sql file each.",
      },
      colour: {
        kind: "enum",
        values: colours,
        optional: true,
        brief:
          "With --from: whose image brings it. By default the candidate's if it has a release, else the live one's.",
      },
      reason: text("text", "With --from: why it is judged although queries of it found no row. Kept in the check."),
      longestWait: {
        kind: "parsed",
        parse: countFlag,
        placeholder: "milliseconds",
        default: "1000",
        brief: "How long one of these queries may take beside the migration.",
      },
    },
    positional: {
      kind: "array",
      parameter: {
        parse: String,
        brief: "With --from, behind --: how Alembic is called on this machine.",
        placeholder: "command",
      },
    },
  },
  async func(flags, ...words) {
    if (flags.from !== undefined) {
      const result = await tryFrom(await this.openWorld(flags.stage), flags.from, flags, words);
      this.process.stdout.write(`${renderCopyTrial(result)}\n`);
      const { kind, blocking } = result.check.verdict;
      this.process.exitCode = kind === "contract" || blocking ? 1 : 0;
      return;
    }
    const { stage, sql, schema, queries, longestWait } = flags;
    if (sql === undefined || schema === undefined || hasCopyWords(flags, words)) throw new WrongUseError(wrongWords);
    const outcome = await runTrial({
      stage,
      sqlFile: sql,
      schemaFile: schema,
      queriesFolder: queries,
      longestWaitMilliseconds: longestWait,
      projectFolder,
    });
    this.process.stdout.write(`${renderTrial(outcome, { stage, sql })}\n`);
    this.process.exitCode = outcome.findings.length === 0 ? 0 : 1;
  },
});

const wrongWords =
  "Give --sql and --schema for SQL that was written, or --from for a migration that is to run on a copy. --rows, --colour, --reason and a command behind -- go with --from alone.";

function hasCopyWords({ rows, colour, reason }: TrialFlags, words: readonly string[]): boolean {
  return words.length > 0 || [rows, colour, reason].some((one) => one !== undefined);
}

async function tryFrom(
  world: RolloutWorld,
  from: string,
  { sql, schema, rows, queries, colour, reason, longestWait }: TrialFlags,
  alembicWords: readonly string[],
): Promise<CopyTrialResult> {
  if (sql !== undefined) throw new WrongUseError(wrongWords);
  return await runCopyTrial(world, {
    colour,
    from,
    schemaFile: schema,
    rowsFile: rows,
    queriesFolder: queries,
    longestWaitMilliseconds: longestWait,
    alembicWords,
    reason,
  });
}

function renderCopyTrial(result: CopyTrialResult): string {
  return [
    renderMigrationCheck(result),
    `What ran is in ${result.sqlPath}. Commit it, too.`,
    "Only what ran on the copy was judged. Where the migration does something else for other rows, add such rows, and try it again.",
  ].join("\n");
}

function renderTrial(
  { findings, checkPaths }: TrialOutcome,
  { stage, sql }: { readonly stage: Stage; readonly sql: string },
): string {
  return [
    findings.length === 0
      ? "The old release's queries ran beside the migration and after it, and no statement blocked."
      : `The trial shows that the migration is ${verdictWords(verdictOf(findings))}.`,
    ...findings.map(({ line, harm, sentence }) => `  ${line === 0 ? "" : `line ${line}: `}${harm}: ${sentence}`),
    ...(checkPaths.length === 0
      ? [
          `Nobody has checked this SQL: npm run rollout -- check-migration --stage ${stage} --sql ${sql}. Then try it again.`,
        ]
      : [`Added to ${checkPaths.join(" and ")}. Commit it.`]),
  ].join("\n");
}
