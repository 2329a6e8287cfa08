import { createRequire } from "node:module";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import type { Harm, MigrationFinding } from "../../rollout/migration-verdict.ts";
import { messageOf } from "../outcome.ts";
import { runProcess } from "../process.ts";
import type { ReadSql, SqlStatement } from "./read-sql.ts";

/** What squawk said, or why it was not asked. */
export type SquawkOpinion =
  | { readonly version: string; readonly findings: readonly MigrationFinding[] }
  | { readonly notChecked: string };

/**
 * What squawk's rules are about. A rule that is not named here, such as one of a newer version, is taken for `contract`.
 *
 * @see https://squawkhq.com/docs/rules
 */
const harmsByRule: Readonly<Record<string, readonly Harm[]>> = {
  "adding-required-field": ["contract"],
  "ban-alter-domain-with-add-constraint": ["contract"],
  "ban-drop-column": ["contract"],
  "ban-drop-database": ["contract"],
  "ban-drop-table": ["contract"],
  "ban-truncate-cascade": ["contract"],
  "renaming-column": ["contract"],
  "renaming-table": ["contract"],
  "syntax-error": ["contract"],
  "changing-column-type": ["contract", "blocking"],
  "adding-field-with-default": ["blocking"],
  "adding-foreign-key-constraint": ["blocking"],
  "adding-not-nullable-field": ["blocking"],
  "adding-serial-primary-key-field": ["blocking"],
  "constraint-missing-not-valid": ["blocking"],
  "disallowed-unique-constraint": ["blocking"],
  "require-concurrent-index-creation": ["blocking"],
  "require-concurrent-index-deletion": ["blocking"],
  "require-concurrent-partition-detach": ["blocking"],
  "require-concurrent-reindex": ["blocking"],
  "ban-concurrent-index-creation-in-transaction": ["note"],
  "ban-create-domain-with-constraint": ["note"],
  "ban-drop-not-null": ["note"],
  "ban-uncommitted-transaction": ["note"],
  "require-lock-timeout": ["note"],
  "transaction-nesting": ["note"],
};

const configFile = fileURLToPath(new URL("squawk.toml", import.meta.url));

const reportSchema = z.array(
  z.object({
    line: z.int(),
    column: z.int(),
    message: z.string(),
    help: z.string().nullable(),
    rule_name: z.string(),
  }),
);

/**
 * Has SQL judged by squawk, a linter for migrations, where npm has installed its program for this machine.
 *
 * @param postgresVersion major version of the server
 */
export async function askSquawk(
  { statements, withoutComments }: ReadSql,
  postgresVersion: number,
): Promise<SquawkOpinion> {
  const program = findSquawk();
  if (typeof program !== "string") return program;
  const run = (words: readonly string[], input: string) =>
    runProcess({ command: program, words, cwd: dirname(configFile), input });
  try {
    const version = (await run(["--version"], "")).stdout.trim().replace("squawk ", "");
    const words = ["--config", configFile, "--reporter", "json", "--pg-version", `${postgresVersion}.0`];
    const { stdout, stderr } = await run(words, withoutComments);
    if (stdout.trim() === "") return { notChecked: `squawk ${version} gave no answer: ${stderr.trim()}` };
    const report = reportSchema.parse(JSON.parse(stdout));
    const said = report.filter(
      (one, index) => one.rule_name !== syntaxError || report.findIndex(isSyntaxError) === index,
    );
    const findings = said.flatMap((one): readonly MigrationFinding[] => {
      const statement = statementAt(statements, one.line + 1, one.column);
      const sentence = `${one.rule_name}: ${[one.message, one.help ?? ""].join(" ").replaceAll("`", "").trim()}`;
      const isStable = one.rule_name === volatileDefault && hasStableDefaults(statement?.text ?? "");
      return (isStable ? ["note" as const] : (harmsByRule[one.rule_name] ?? ["contract"])).map((harm) => ({
        judge: "squawk",
        harm,
        line: statement?.line ?? one.line + 1,
        statement: statement?.text ?? "",
        sentence: isStable ? `${sentence} PostgreSQL evaluates this default once for all rows.` : sentence,
      }));
    });
    return { version, findings };
  } catch (error) {
    return { notChecked: `squawk did not run: ${messageOf(error)}` };
  }
}

const volatileDefault = "adding-field-with-default";

/**
 * Words of SQL that squawk takes for volatile. PostgreSQL calls them stable: they give the time at which the transaction began.
 *
 * @see PostgreSQL, "Current Date/Time"; contain_volatile_functions in clauses.c, SQLValueFunction
 */
const stableWords = ["CURRENT_DATE", "CURRENT_TIME", "CURRENT_TIMESTAMP", "LOCALTIME", "LOCALTIMESTAMP"];

/** Whether every default of a statement is one of these words alone. */
function hasStableDefaults(statement: string): boolean {
  const defaults = [...statement.matchAll(/\bDEFAULT\s+(\w+)([^,;]*)/gi)];
  return (
    defaults.length > 0 &&
    defaults.every(([, word = "", rest = ""]) => stableWords.includes(word.toUpperCase()) && !rest.includes("("))
  );
}

const syntaxError = "syntax-error";

/** Where squawk loses the thread it objects to each word that follows. The first one says it. */
function isSyntaxError({ rule_name }: { readonly rule_name: string }): boolean {
  return rule_name === syntaxError;
}

/** npm installs the program as an optional package, for the systems that it is made for. */
function findSquawk(): string | { readonly notChecked: string } {
  const platform = `${process.platform}-${process.arch}`;
  const name = process.platform === "win32" ? "squawk.exe" : "squawk";
  try {
    const require = createRequire(import.meta.url);
    const ofSquawk = createRequire(require.resolve("squawk-cli/package.json"));
    return ofSquawk.resolve(`@squawk-cli/${platform}/bin/${name}`);
  } catch {
    return { notChecked: `squawk is not installed for ${platform}; npm ci installs it where it exists` };
  }
}

/** The last statement that begins at this place or before it. */
function statementAt(statements: readonly SqlStatement[], line: number, column: number): SqlStatement | undefined {
  return (
    statements.findLast((one) => one.line < line || (one.line === line && one.column <= column)) ??
    statements.find((one) => one.line === line)
  );
}
