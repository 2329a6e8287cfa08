import { buildCommand } from "@stricli/core";
import { type Colour, colours } from "../../rollout/colour.ts";
import { type MigrationKind, migrationKinds } from "../../rollout/one-off-tasks.ts";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface CheckMigrationFlags extends CommonFlags {
  readonly sql?: readonly string[];
  readonly from?: string;
  readonly colour?: Colour;
  readonly expect?: MigrationKind;
}

/** `check-migration`: which kind a migration is, by its SQL. */
export const checkMigration = buildCommand({
  docs: explain(
    "Read the SQL of a migration: does it break the release that serves, and do requests wait for it? task --run migrate goes by the answer.",
    [
      {
        line: "npm run rollout -- check-migration --stage production --sql migration.sql",
        purpose: "Judges what alembic upgrade <deployed>:head --sql has written. Nothing is run.",
      },
      {
        line: "npm run rollout -- check-migration --stage production --from 1975ea83b712",
        purpose: "The candidate's image renders it, from the revision that the database is at. This needs Docker.",
      },
      {
        line: "npm run rollout -- check-migration --stage production --sql migration.sql --expect expand",
        purpose: "Exits with 1 where it is contract or blocking, for a pull request.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      sql: {
        kind: "parsed",
        parse: String,
        optional: true,
        variadic: true,
        placeholder: "file",
        brief:
          "A file with the SQL that Alembic writes with --sql; - is standard input. It can be given more than once.",
      },
      from: {
        ...textFlag,
        placeholder: "revision",
        brief: "Revision that the database is at, base for an empty one. The image renders the SQL, by Docker.",
      },
      colour: {
        kind: "enum",
        values: colours,
        optional: true,
        brief: "Whose image brings it. By default the candidate's if it has a release, else the live one's.",
      },
      expect: {
        kind: "enum",
        values: migrationKinds,
        optional: true,
        brief: "What it should be. Exits with 1 where it is stricter; blocking is stricter than expand.",
      },
    },
  },
  func: action(async ({ stage, sql: files = [], from, colour, expect }: CheckMigrationFlags, openWorld) => {
    const [{ checkMigration: check }, { renderMigrationCheck }] = await Promise.all([
      import("../moves/check-migration.ts"),
      import("../reports/migration-report.ts"),
    ]);
    const result = await check(await openWorld(stage), { colour, files, from, input: process.stdin });
    const { kind, blocking } = result.check.verdict;
    const isStricter = expect === "expand" && (kind === "contract" || blocking);
    return { exitCode: isStricter ? 1 : 0, text: renderMigrationCheck(result), json: result };
  }),
});
