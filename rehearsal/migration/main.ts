import { buildCommand } from "@stricli/core";
import { countFlag, type ProgramContext, runProgram } from "../../cli/program.ts";
import { verdictOf, verdictWords } from "../../rollout/migration-verdict.ts";
import { type Stage, stages } from "../../rollout/names.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { runTrial, type TrialOutcome } from "./run-trial.ts";

interface TrialFlags {
  readonly stage: Stage;
  readonly sql: string;
  readonly schema: string;
  readonly queries: string;
  readonly longestWait: number;
}

const file = (placeholder: string, brief: string) => ({ kind: "parsed", parse: String, placeholder, brief }) as const;

const trial = buildCommand<TrialFlags, [], ProgramContext>({
  docs: {
    brief:
      "Try a migration on a real PostgreSQL on this machine, beside the old release's queries. Its check then has what it showed.",
  },
  parameters: {
    flags: {
      stage: { kind: "enum", values: stages, brief: "Whose checks get what it shows." },
      sql: file("file", "The SQL that was checked, as alembic upgrade <deployed>:head --sql writes it."),
      schema: file("file", "The deployed schema: pg_dump --schema-only, or alembic upgrade base:<deployed> --sql."),
      queries: file("folder", "What the release that serves asks of the database, a .sql file each."),
      longestWait: {
        kind: "parsed",
        parse: countFlag,
        placeholder: "milliseconds",
        default: "1000",
        brief: "How long one of these queries may take beside the migration.",
      },
    },
  },
  async func({ stage, sql, schema, queries, longestWait }) {
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

function renderTrial(
  { findings, checkPaths }: TrialOutcome,
  { stage, sql }: Pick<TrialFlags, "stage" | "sql">,
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

process.exitCode = await runProgram({
  name: "npm run try-migration --",
  root: trial,
  words: process.argv.slice(2),
  terminal: process,
  context: (host) => ({ process: host }),
});
