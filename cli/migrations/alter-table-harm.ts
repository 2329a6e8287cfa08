import type { AlterTableCmd, AlterTableStmt, Constraint, Node, RangeVar } from "libpg-query";
import { addedColumnHarms, blocking, contract, type FoundHarm, note, passesNull } from "./column-harm.ts";
import { columnOf, commandsOf, type NewObjects, namesIn, nodesIn, shownTable } from "./new-objects.ts";

type Subtype = NonNullable<AlterTableCmd["subtype"]>;

/** Settings of storage and planning: a short lock, and no statement of any release fails by them. */
const harmless: ReadonlySet<Subtype> = new Set<Subtype>([
  "AT_SetStatistics",
  "AT_SetOptions",
  "AT_ResetOptions",
  "AT_SetStorage",
  "AT_SetCompression",
  "AT_ClusterOn",
  "AT_DropCluster",
  "AT_SetRelOptions",
  "AT_ResetRelOptions",
  "AT_ReplicaIdentity",
  // SHARE UPDATE EXCLUSIVE: reads and writes go on.
  "AT_ValidateConstraint",
]);

const rewrites: ReadonlySet<Subtype> = new Set<Subtype>([
  "AT_SetLogged",
  "AT_SetUnLogged",
  "AT_SetTableSpace",
  "AT_SetAccessMethod",
  "AT_SetExpression",
]);

/** What `ALTER TABLE` does, part by part. */
export function alterTableHarms(statement: AlterTableStmt, made: NewObjects): readonly FoundHarm[] {
  const { relation, objtype, cmds } = statement;
  if (made.isNewTable(relation)) return [];
  if (objtype !== "OBJECT_TABLE") {
    return commandsOf(cmds).every(({ command }) => harmless.has(command.subtype ?? "AT_DropOids"))
      ? []
      : [contract(`${shownTable(relation)} is altered, and the old release may use it.`)];
  }
  return commandsOf(cmds).flatMap(({ command }) => commandHarms(relation, command, made));
}

function commandHarms(table: RangeVar | undefined, command: AlterTableCmd, made: NewObjects): readonly FoundHarm[] {
  const { subtype, name = "", def } = command;
  const column = `${shownTable(table)}.${name}`;
  const added = made.newColumn(table, name);
  if (subtype === undefined || harmless.has(subtype)) return [];
  if (rewrites.has(subtype)) {
    const rewrite = blocking(`PostgreSQL rewrites ${shownTable(table)} under a lock that stops reads and writes.`);
    return subtype === "AT_SetExpression" ? [rewrite, contract(`${column} gets other values.`)] : [rewrite];
  }
  switch (subtype) {
    case "AT_AddColumn": {
      const defined = columnOf(def);
      return defined === undefined ? [contract("The new column cannot be read.")] : addedColumnHarms(table, defined);
    }
    case "AT_ColumnDefault":
      if (def !== undefined) return [note(`Rows that the old release writes get the new default of ${column}.`)];
      return added?.isNullInOldRows === true
        ? []
        : [
            contract(
              `${column} loses its default. Where the column is NOT NULL, inserts of the old release fail that leave it out. Keep the default until the old release is gone.`,
            ),
          ];
    case "AT_DropNotNull":
      return [note(`${column} can be NULL from now on. Does the old release read it so?`)];
    case "AT_SetNotNull":
      return [
        blocking(
          `SET NOT NULL reads all of ${shownTable(table)} under a lock that stops reads and writes. Add CHECK (${name} IS NOT NULL) NOT VALID, validate it in another migration, and set NOT NULL after that.`,
        ),
        ...(added !== undefined && !added.isNullInOldRows
          ? []
          : [contract(`${column} takes no NULL any more, and the old release may write one.`)]),
      ];
    case "AT_AlterColumnType":
      return [
        contract(`${column} gets another type, which the old release does not expect.`),
        blocking(
          `PostgreSQL may rewrite ${shownTable(table)} and its indexes under a lock that stops reads and writes.`,
        ),
      ];
    case "AT_DropColumn":
      return [contract(`${column} is dropped, and the old release names it.`)];
    case "AT_DropConstraint":
      return [
        contract(
          `The constraint ${name} is dropped. An ON CONFLICT of the old release, or a delete that cascades, may need it.`,
        ),
      ];
    case "AT_AddConstraint":
      return def !== undefined && "Constraint" in def
        ? addedConstraintHarms(table, def.Constraint, made)
        : [contract("The new constraint cannot be read.")];
    case "AT_AttachPartition":
      return [
        contract("Rows that the old release writes go to another place."),
        blocking("The partition's rows are all checked under a lock."),
      ];
    default:
      return [
        contract(
          `${subtype.replace("AT_", "")} on ${shownTable(table)} is not known to be harmless to the old release.`,
        ),
      ];
  }
}

const constraintNames: Partial<Readonly<Record<NonNullable<Constraint["contype"]>, string>>> = {
  CONSTR_CHECK: "check",
  CONSTR_FOREIGN: "foreign key",
  CONSTR_UNIQUE: "unique constraint",
  CONSTR_PRIMARY: "primary key",
  CONSTR_EXCLUSION: "exclusion constraint",
  CONSTR_NOTNULL: "NOT NULL constraint",
};

/** What `ADD CONSTRAINT` does: it is checked against all rows, and from then on against whatever the old release writes. */
function addedConstraintHarms(
  table: RangeVar | undefined,
  constraint: Constraint,
  made: NewObjects,
): readonly FoundHarm[] {
  const { contype, conname, skip_validation, indexname } = constraint;
  const what = `The ${(contype && constraintNames[contype]) ?? "constraint"}${conname === undefined ? "" : ` ${conname}`}`;
  const name = shownTable(table);
  const harms: FoundHarm[] = [];
  if (!sparesOldRows(table, constraint, made)) {
    harms.push(contract(`${what} refuses what the old release may still write into ${name}.`));
  }
  if (indexname !== undefined) return harms;
  if (contype === "CONSTR_UNIQUE" || contype === "CONSTR_PRIMARY" || contype === "CONSTR_EXCLUSION") {
    return [
      ...harms,
      blocking(
        `${what} builds an index of ${name} under a lock that stops reads and writes. Build it by CREATE UNIQUE INDEX CONCURRENTLY, and add the constraint USING INDEX.`,
      ),
    ];
  }
  if (skip_validation === true) return harms;
  return [
    ...harms,
    blocking(
      `${what} is checked against all rows of ${name} under a lock. Add it as NOT VALID, and validate it in another migration.`,
    ),
  ];
}

/** Whether a constraint asks only for columns that are new, and lets the NULL pass that old rows have there. */
function sparesOldRows(table: RangeVar | undefined, constraint: Constraint, made: NewObjects): boolean {
  const { contype, keys, fk_attrs, raw_expr, fk_matchtype, nulls_not_distinct } = constraint;
  const isNull = (column: string) => made.newColumn(table, column)?.isNullInOldRows === true;
  switch (contype) {
    case "CONSTR_FOREIGN":
      return fk_matchtype === "s" && namesIn(fk_attrs).some(isNull);
    case "CONSTR_UNIQUE":
      return nulls_not_distinct !== true && namesIn(keys).some(isNull);
    case "CONSTR_CHECK": {
      const columns = columnsIn(raw_expr);
      return columns.length > 0 && columns.every(isNull) && passesNull(raw_expr);
    }
    default:
      return false;
  }
}

/** The columns that an expression names. */
function columnsIn(expression: Node | undefined): readonly string[] {
  return nodesIn(expression).flatMap(({ name, value }) => {
    if (name !== "ColumnRef" || typeof value !== "object" || value === null || !("fields" in value)) return [];
    return Array.isArray(value.fields) ? (namesIn(value.fields).at(-1) ?? []) : [];
  });
}
