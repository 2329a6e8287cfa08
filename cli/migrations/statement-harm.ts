import type {
  CreateStmt,
  DropStmt,
  IndexStmt,
  InsertStmt,
  Node,
  RangeVar,
  RenameStmt,
  SelectStmt,
  UpdateStmt,
  VariableSetStmt,
} from "libpg-query";
import { isAlembicTable } from "./alembic.ts";
import { alterTableHarms } from "./alter-table-harm.ts";
import { blocking, contract, type FoundHarm, note } from "./column-harm.ts";
import { type NewObjects, namesIn, nodesIn, shownTable } from "./new-objects.ts";

/** Statements that make something new, or say something of what is there. No release fails by them, and none waits. */
const harmless: ReadonlySet<string> = new Set([
  "TransactionStmt",
  "VariableShowStmt",
  "CommentStmt",
  "CreateSeqStmt",
  "CreateEnumStmt",
  "CompositeTypeStmt",
  "CreateDomainStmt",
  "CreateRangeStmt",
  "CreateSchemaStmt",
  "CreateExtensionStmt",
  "CreateStatsStmt",
  "CreateTableAsStmt",
  // What a driver does with the cursors and statements that it has opened.
  "FetchStmt",
  "ClosePortalStmt",
  "DeallocateStmt",
]);

/** Settings of a session that only bound how long it waits, or say how SQL is read. */
const harmlessSettings: ReadonlySet<string> = new Set([
  "lock_timeout",
  "statement_timeout",
  "transaction_timeout",
  "idle_in_transaction_session_timeout",
  "client_encoding",
  "client_min_messages",
  "standard_conforming_strings",
  "check_function_bodies",
  "xmloption",
  "maintenance_work_mem",
  "default_table_access_method",
  "application_name",
]);

/**
 * What one statement does to the release that serves. Whatever is not known to be harmless is `contract`.
 *
 * @param made what the statements before it have made
 * @see PostgreSQL, "Explicit Locking" and the notes of each command
 */
export function statementHarms(node: Node, made: NewObjects): readonly FoundHarm[] {
  const kind = Object.keys(node)[0] ?? "";
  if (harmless.has(kind)) return [];
  if ("AlterTableStmt" in node) return alterTableHarms(node.AlterTableStmt, made);
  if ("CreateStmt" in node) return createTableHarms(node.CreateStmt);
  if ("IndexStmt" in node) return indexHarms(node.IndexStmt, made);
  if ("DropStmt" in node) return dropHarms(node.DropStmt, made);
  if ("RenameStmt" in node) return renameHarms(node.RenameStmt, made);
  if ("VariableSetStmt" in node) return settingHarms(node.VariableSetStmt);
  if ("InsertStmt" in node) return insertHarms(node.InsertStmt, made);
  if ("UpdateStmt" in node) return updateHarms(node.UpdateStmt, made);
  if ("SelectStmt" in node) return selectHarms(node.SelectStmt, new Set());
  if ("DeclareCursorStmt" in node) return selectHarms(node.DeclareCursorStmt.query, new Set());
  if ("DeleteStmt" in node) return deleteHarms(node.DeleteStmt.relation, made);
  if ("GrantStmt" in node) {
    return node.GrantStmt.is_grant === true ? [] : [contract("Rights are taken away, which the old release may need.")];
  }
  if ("AlterDefaultPrivilegesStmt" in node) {
    return node.AlterDefaultPrivilegesStmt.action?.is_grant === true
      ? []
      : [contract("Rights on new tables are taken away, which the old release may need.")];
  }
  if ("AlterEnumStmt" in node) {
    const { oldVal, newVal = "a value" } = node.AlterEnumStmt;
    return oldVal === undefined
      ? [note(`Let the new release write '${newVal}' only when the old one can read it.`)]
      : [contract(`The value '${oldVal}' is renamed, and the old release still uses it.`)];
  }
  if ("ViewStmt" in node) return replaced(node.ViewStmt.replace, "view", "CREATE VIEW");
  if ("CreateFunctionStmt" in node) return replaced(node.CreateFunctionStmt.replace, "function", "CREATE FUNCTION");
  return (
    tableHarms(node, made) ?? [contract(`${kind.replace(/Stmt$/, "")} is not known to be harmless to the old release.`)]
  );
}

/** Statements that are about the rows or the working of one table. */
function tableHarms(node: Node, made: NewObjects): readonly FoundHarm[] | undefined {
  if ("CreateTrigStmt" in node) {
    const { relation } = node.CreateTrigStmt;
    return made.isNewTable(relation)
      ? []
      : [contract(`The trigger runs in what the old release writes into ${shownTable(relation)}, too.`)];
  }
  if ("CreatePolicyStmt" in node && made.isNewTable(node.CreatePolicyStmt.table)) return [];
  if ("TruncateStmt" in node) {
    return [
      contract("All rows of the table are deleted."),
      blocking("TRUNCATE stops reads and writes until the transaction ends."),
    ];
  }
  if ("LockStmt" in node) return [blocking("The table is locked until the transaction ends.")];
  if ("VacuumStmt" in node) {
    const isFull = node.VacuumStmt.options?.some((one) => "DefElem" in one && one.DefElem.defname === "full") === true;
    return isFull ? [blocking("VACUUM FULL rewrites the table under a lock that stops reads and writes.")] : [];
  }
  if ("ClusterStmt" in node) return [blocking("CLUSTER rewrites the table under a lock that stops reads and writes.")];
  if ("ReindexStmt" in node) {
    const isConcurrent = node.ReindexStmt.params?.some(
      (one) => "DefElem" in one && one.DefElem.defname === "concurrently",
    );
    return isConcurrent === true ? [] : [blocking("REINDEX stops writes while it builds the index. Add CONCURRENTLY.")];
  }
  if ("RefreshMatViewStmt" in node) {
    return node.RefreshMatViewStmt.concurrent === true
      ? []
      : [blocking("REFRESH stops reads of the view until it is filled. Add CONCURRENTLY.")];
  }
  return undefined;
}

function createTableHarms({ relation, inhRelations, tableElts }: CreateStmt): readonly FoundHarm[] {
  if ((inhRelations ?? []).length > 0) {
    return [
      blocking(`${shownTable(relation)} becomes a part of another table, which is locked for it.`),
      contract(`Rows that the old release writes may go to ${shownTable(relation)}.`),
    ];
  }
  const parents = nodesIn(tableElts).flatMap(({ name, value }) =>
    name === "pktable" && typeof value === "object" && value !== null && "relname" in value ? [value.relname] : [],
  );
  const [parent] = parents;
  return parent === undefined || parent === relation?.relname
    ? []
    : [
        note(
          `${shownTable(relation)} refers to ${[...new Set(parents)].join(", ")}. The old release cannot delete a row there that the new one refers to, unless ON DELETE says what to do.`,
        ),
      ];
}

function indexHarms(index: IndexStmt, made: NewObjects): readonly FoundHarm[] {
  const { relation, concurrent, unique, indexParams, nulls_not_distinct, idxname = "the index" } = index;
  if (made.isNewTable(relation)) return [];
  const columns = (indexParams ?? []).map((one) => ("IndexElem" in one ? (one.IndexElem.name ?? "") : ""));
  const isNull = (column: string) => made.newColumn(relation, column)?.isNullInOldRows === true;
  const spares = nulls_not_distinct !== true && columns.some(isNull);
  return [
    ...(unique === true && !spares
      ? [contract(`${idxname} refuses rows that the old release may still write into ${shownTable(relation)}.`)]
      : []),
    ...(concurrent === true
      ? []
      : [
          blocking(
            `Writes to ${shownTable(relation)} wait until ${idxname} is built. Build it by CREATE INDEX CONCURRENTLY, outside of a transaction (Alembic: autocommit_block, postgresql_concurrently).`,
          ),
        ]),
  ];
}

function dropHarms({ removeType, objects, concurrent }: DropStmt, made: NewObjects): readonly FoundHarm[] {
  const what = (removeType ?? "object").replace("OBJECT_", "").toLowerCase();
  const names = (objects ?? []).map((one) => ("List" in one ? namesIn(one.List.items).join(".") : ""));
  const isOwn =
    removeType === "OBJECT_TABLE" &&
    (objects ?? []).every((one) => {
      const parts = "List" in one ? namesIn(one.List.items) : [];
      const [relname, schemaname] = parts.toReversed();
      return made.isNewTable({
        ...(relname === undefined ? {} : { relname }),
        ...(schemaname === undefined ? {} : { schemaname }),
      });
    });
  if (isOwn) return [];
  const name = names.filter((one) => one !== "").join(", ");
  const dropped = `The ${what}${name === "" ? "" : ` ${name}`} is dropped`;
  if (removeType !== "OBJECT_INDEX") return [contract(`${dropped}, and the old release may use it.`)];
  return [
    contract(`${dropped}. An ON CONFLICT of the old release may need it, and its queries become slower.`),
    ...(concurrent === true
      ? []
      : [blocking("The table is locked until the index is gone. Write DROP INDEX CONCURRENTLY.")]),
  ];
}

function renameHarms({ renameType, relation, subname, newname }: RenameStmt, made: NewObjects): readonly FoundHarm[] {
  if (made.isNewTable(relation)) return [];
  if (renameType === "OBJECT_INDEX") return [];
  const old = subname === undefined ? shownTable(relation) : `${shownTable(relation)}.${subname}`;
  return [contract(`${old} is called ${newname} from then on, and the old release names it as before.`)];
}

function settingHarms({ name = "" }: VariableSetStmt): readonly FoundHarm[] {
  if (harmlessSettings.has(name)) return [];
  return [contract(`SET ${name} may change what the statements after it mean, so they cannot be judged.`)];
}

function updateHarms({ relation, targetList }: UpdateStmt, made: NewObjects): readonly FoundHarm[] {
  if (isAlembicTable(relation) || made.isNewTable(relation)) return [];
  const columns = (targetList ?? []).map((one) => ("ResTarget" in one ? (one.ResTarget.name ?? "") : ""));
  const isOfNewColumns = columns.every((column) => made.newColumn(relation, column) !== undefined);
  return [
    blocking(
      `The rows of ${shownTable(relation)} that it changes stay locked until the transaction ends. Change them in batches, outside of the migration.`,
    ),
    ...(isOfNewColumns
      ? []
      : [contract(`It changes ${columns.join(", ")} of ${shownTable(relation)}, which the old release reads.`)]),
  ];
}

/** New rows alone harm nobody: what the old release reads of them is the author's to know. */
function insertHarms(insert: InsertStmt, made: NewObjects): readonly FoundHarm[] {
  const { relation, onConflictClause } = insert;
  if (isAlembicTable(relation) || made.isNewTable(relation)) return [];
  const changes = ["UpdateStmt", "DeleteStmt", "MergeStmt"];
  return onConflictClause?.action === "ONCONFLICT_UPDATE" || nodesIn(insert).some(({ name }) => changes.includes(name))
    ? [contract(`It changes rows of ${shownTable(relation)} or of another table, which the old release reads.`)]
    : [];
}

function deleteHarms(relation: RangeVar | undefined, made: NewObjects): readonly FoundHarm[] {
  if (isAlembicTable(relation) || made.isNewTable(relation)) return [];
  return [
    contract(`Rows of ${shownTable(relation)} are deleted, which the old release may read.`),
    blocking(`The rows of ${shownTable(relation)} that it deletes stay locked until the transaction ends.`),
  ];
}

/**
 * Whether a statement only asks for something, and locks nothing.
 *
 * @param readingFunctions names of functions that change nothing, as a server knows them
 */
export function onlyReads(node: Node, readingFunctions: ReadonlySet<string>): boolean {
  if ("VariableShowStmt" in node) return true;
  const query =
    "SelectStmt" in node ? node.SelectStmt : "DeclareCursorStmt" in node ? node.DeclareCursorStmt.query : undefined;
  return query !== undefined && selectHarms(query, readingFunctions).length === 0;
}

const rowChanges: ReadonlySet<string> = new Set(["InsertStmt", "UpdateStmt", "DeleteStmt", "MergeStmt", "intoClause"]);

/** A query alone changes nothing, unless a function or a WITH does. */
function selectHarms(
  select: SelectStmt | Node | undefined,
  readingFunctions: ReadonlySet<string>,
): readonly FoundHarm[] {
  const nodes = nodesIn(select);
  const changes = nodes.some(
    ({ name, value }) => rowChanges.has(name) || (name === "FuncCall" && !readingFunctions.has(functionName(value))),
  );
  return [
    ...(changes ? [contract("It calls a function or changes rows, and what that does cannot be read here.")] : []),
    ...(nodes.some(({ name }) => name === "lockingClause")
      ? [blocking("The rows that it finds stay locked until the transaction ends.")]
      : []),
  ];
}

/** Name of a function in a call: as it is written where that is a built-in one's, and else with its schema. */
function functionName(call: unknown): string {
  const parts =
    typeof call === "object" && call !== null && "funcname" in call && Array.isArray(call.funcname)
      ? namesIn(call.funcname)
      : [];
  return (parts[0] === "pg_catalog" ? parts.slice(1) : parts).join(".");
}

function replaced(isReplaced: boolean | undefined, what: string, command: string): readonly FoundHarm[] {
  if (isReplaced !== true) return [];
  return [
    contract(
      `It may replace a ${what} that the old release uses. Where the ${what} is new, write ${command} without OR REPLACE.`,
    ),
  ];
}
