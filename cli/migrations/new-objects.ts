import type { ColumnDef, CreateStmt, Node, RangeVar } from "libpg-query";

/** A column that the migration itself adds. The old release neither reads nor writes it. */
interface NewColumn {
  /** Whether a row that the old release writes has NULL there. */
  readonly isNullInOldRows: boolean;
}

/** What a migration has made so far: no other release uses it, and nobody waits for a lock on it. */
export interface NewObjects {
  isNewTable(table: RangeVar | undefined): boolean;
  newColumn(table: RangeVar | undefined, column: string): NewColumn | undefined;
  /** Takes note of what a statement makes. */
  learn(node: Node): void;
}

/** Begins with nothing made. `IF NOT EXISTS` makes nothing for sure, so what it names is not taken to be new. */
export function newObjects(): NewObjects {
  const tables = new Set<string>();
  const columns = new Map<string, NewColumn>();
  const columnKey = (table: RangeVar | undefined, column: string) => `${tableName(table)} ${column}`;
  const learnTable = ({ relation, if_not_exists }: Pick<CreateStmt, "relation" | "if_not_exists">) => {
    if (if_not_exists !== true) tables.add(tableName(relation));
  };
  return {
    isNewTable: (table) => tables.has(tableName(table)),
    newColumn: (table, column) => columns.get(columnKey(table, column)),
    learn(node) {
      if ("CreateStmt" in node) learnTable(node.CreateStmt);
      if ("CreateTableAsStmt" in node) {
        const { into, if_not_exists } = node.CreateTableAsStmt;
        learnTable({
          ...(into?.rel === undefined ? {} : { relation: into.rel }),
          if_not_exists: if_not_exists === true,
        });
      }
      if ("ViewStmt" in node && node.ViewStmt.replace !== true && node.ViewStmt.view !== undefined) {
        learnTable({ relation: node.ViewStmt.view });
      }
      if ("CreateSeqStmt" in node) {
        const { sequence, if_not_exists } = node.CreateSeqStmt;
        if (sequence !== undefined) learnTable({ relation: sequence, if_not_exists: if_not_exists === true });
      }
      if (!("AlterTableStmt" in node)) return;
      for (const { command } of commandsOf(node.AlterTableStmt.cmds)) {
        if (command.subtype !== "AT_AddColumn" || command.missing_ok === true) continue;
        const column = columnOf(command.def);
        if (column?.colname === undefined) continue;
        const kinds = constraintsOf(column).map(({ contype }) => contype);
        const hasValue = ["CONSTR_DEFAULT", "CONSTR_IDENTITY", "CONSTR_GENERATED"].some((kind) =>
          kinds.some((one) => one === kind),
        );
        columns.set(columnKey(node.AlterTableStmt.relation, column.colname), { isNullInOldRows: !hasValue });
      }
    },
  };
}

/** A table by schema and name. A name without a schema is taken to be in `public`, where migrations create. */
function tableName(table: RangeVar | undefined): string {
  return `${table?.schemaname ?? "public"}.${table?.relname ?? ""}`;
}

/** Name of a table for a sentence. */
export function shownTable(table: RangeVar | undefined): string {
  const { schemaname, relname = "a table" } = table ?? {};
  return schemaname === undefined || schemaname === "public" ? relname : `${schemaname}.${relname}`;
}

/** The parts of an ALTER TABLE. */
export function commandsOf(nodes: readonly Node[] | undefined) {
  return (nodes ?? []).flatMap((node) => ("AlterTableCmd" in node ? [{ command: node.AlterTableCmd }] : []));
}

/** A column's definition, where a node is one. */
export function columnOf(node: Node | undefined): ColumnDef | undefined {
  return node !== undefined && "ColumnDef" in node ? node.ColumnDef : undefined;
}

/** The constraints that are written behind a column. */
export function constraintsOf({ constraints = [] }: ColumnDef) {
  return constraints.flatMap((node) => ("Constraint" in node ? [node.Constraint] : []));
}

/** The texts of a list of names, such as the columns of a key. */
export function namesIn(nodes: readonly Node[] | undefined): readonly string[] {
  return (nodes ?? []).flatMap((node) =>
    "String" in node && node.String.sval !== undefined ? [node.String.sval] : [],
  );
}

/** Every node of a tree that has a name, such as `FuncCall`, with what it holds. */
export function nodesIn(tree: unknown): readonly { readonly name: string; readonly value: unknown }[] {
  if (Array.isArray(tree)) return tree.flatMap(nodesIn);
  if (typeof tree !== "object" || tree === null) return [];
  return Object.entries(tree).flatMap(([name, value]) => [{ name, value }, ...nodesIn(value)]);
}
