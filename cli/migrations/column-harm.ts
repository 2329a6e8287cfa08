import type { ColumnDef, Constraint, Node, RangeVar } from "libpg-query";
import type { MigrationFinding } from "../../rollout/migration-verdict.ts";
import { constraintsOf, namesIn, nodesIn, shownTable } from "./new-objects.ts";

/** What a part of a statement does, without where it stands. */
export type FoundHarm = Pick<MigrationFinding, "harm" | "sentence">;

/**
 * Functions that PostgreSQL evaluates once for all rows, because they are stable or immutable. Any other may be volatile, and
 * then the new column's default rewrites the table.
 *
 * @see PostgreSQL, ALTER TABLE, Notes
 */
const notVolatile: ReadonlySet<string> = new Set([
  "now",
  "transaction_timestamp",
  "statement_timestamp",
  "timezone",
  "date_trunc",
  "to_char",
  "lower",
  "upper",
  "concat",
  "array_fill",
  "jsonb_build_object",
  "jsonb_build_array",
  "json_build_object",
  "json_build_array",
  "current_setting",
]);

const serials: ReadonlySet<string> = new Set(["serial", "serial2", "serial4", "serial8", "bigserial", "smallserial"]);

/** What `ADD COLUMN` does to a table that the old release uses. */
export function addedColumnHarms(table: RangeVar | undefined, column: ColumnDef): readonly FoundHarm[] {
  const constraints = constraintsOf(column);
  const has = (kind: Constraint["contype"]) => constraints.find(({ contype }) => contype === kind);
  const name = `${shownTable(table)}.${column.colname}`;
  const isSerial = namesIn(column.typeName?.names).some((part) => serials.has(part));
  const fallback = has("CONSTR_DEFAULT");
  const generated = has("CONSTR_GENERATED");
  const hasValue =
    fallback !== undefined || generated !== undefined || isSerial || has("CONSTR_IDENTITY") !== undefined;
  const isRequired = has("CONSTR_NOTNULL") !== undefined || has("CONSTR_PRIMARY") !== undefined;
  const harms: FoundHarm[] = [];
  if (isRequired && !hasValue) {
    harms.push(
      contract(
        `${name} is NOT NULL without a default: the old release does not know the column, so its inserts fail. Add it with a default or without NOT NULL.`,
      ),
    );
  }
  if (fallback !== undefined && isVolatile(fallback.raw_expr)) {
    harms.push(
      blocking(
        `The default of ${name} may be volatile, so PostgreSQL rewrites the table under a lock that stops reads and writes. Add the column without it, set the default, and fill the rows in batches.`,
      ),
    );
  }
  if (isSerial || has("CONSTR_IDENTITY") !== undefined) {
    harms.push(blocking(`Every row gets a number for ${name}: PostgreSQL rewrites the table under a lock.`));
  }
  if (generated !== undefined && generated.generated_kind !== "v") {
    harms.push(blocking(`${name} is generated and stored: PostgreSQL rewrites the table under a lock.`));
  }
  for (const constraint of constraints) {
    harms.push(...inlineHarms(name, constraint, hasValue));
  }
  return harms;
}

/** Constraints that stand behind a new column. They are checked at once, under the lock of ADD COLUMN. */
function inlineHarms(name: string, constraint: Constraint, hasValue: boolean): readonly FoundHarm[] {
  const { contype } = constraint;
  if (contype === "CONSTR_UNIQUE" || contype === "CONSTR_PRIMARY") {
    return [
      blocking(
        `The index for ${name} is built under a lock that stops reads and writes. Build it concurrently before.`,
      ),
      ...(hasValue ? [contract(`Rows of the old release all get the same default, and ${name} is unique.`)] : []),
    ];
  }
  if (contype === "CONSTR_FOREIGN") {
    const target = shownTable(constraint.pktable);
    return [
      blocking(
        `The reference of ${name} to ${target} locks both tables while all rows are checked. Add the constraint as NOT VALID, and validate it in another migration.`,
      ),
      ...(hasValue ? [contract(`Rows of the old release get a default for ${name} that ${target} may not have.`)] : []),
    ];
  }
  if (contype !== "CONSTR_CHECK") return [];
  return [
    blocking(
      `The check of ${name} reads the whole table under a lock. Add it as NOT VALID, and validate it in another migration.`,
    ),
    ...(hasValue || !passesNull(constraint.raw_expr)
      ? [contract(`Rows that the old release writes may break the check of ${name}.`)]
      : []),
  ];
}

/** Whether an expression may have another value for each row. What is not known to be stable counts as volatile. */
function isVolatile(expression: Node | undefined): boolean {
  return nodesIn(expression).some(({ name, value }) => {
    if (name !== "FuncCall" || typeof value !== "object" || value === null) return false;
    const names = "funcname" in value && Array.isArray(value.funcname) ? namesIn(value.funcname) : [];
    return !notVolatile.has(names.at(-1) ?? "");
  });
}

/**
 * Whether a check lets NULL pass, as operators do: a check is broken by false alone. What asks for NULL itself, or calls a
 * function, is not taken to.
 */
export function passesNull(expression: Node | undefined): boolean {
  const asksForNull = ["NullTest", "BooleanTest", "CoalesceExpr", "FuncCall", "CaseExpr", "SubLink", "NullIfExpr"];
  return !nodesIn(expression).some(
    ({ name, value }) => asksForNull.includes(name) || (name === "kind" && /DISTINCT/.test(String(value))),
  );
}

export function contract(sentence: string): FoundHarm {
  return { harm: "contract", sentence };
}

export function blocking(sentence: string): FoundHarm {
  return { harm: "blocking", sentence };
}

export function note(sentence: string): FoundHarm {
  return { harm: "note", sentence };
}
