import type { Node, RangeVar } from "libpg-query";
import type { Revisions } from "../../rollout/migration-verdict.ts";
import { nodesIn } from "./new-objects.ts";

/** Alembic's own table, in which it keeps the revisions that the schema is at. */
const alembicTable = "alembic_version";

/** Whether a table is Alembic's own. */
export function isAlembicTable(table: RangeVar | undefined): boolean {
  return table?.relname === alembicTable;
}

/**
 * Reads off the SQL which revisions it leads from and to: Alembic updates its table after each of them.
 *
 * @returns undefined where the SQL does not touch Alembic's table, and so is not what `alembic upgrade --sql` writes
 */
export function revisionsOf(nodes: readonly Node[]): Revisions | undefined {
  const from = new Set<string>();
  const at = new Set<string>();
  let isAlembic = false;
  for (const node of nodes) {
    const step = stepOf(node);
    if (step === undefined) continue;
    isAlembic = true;
    for (const left of step.left) {
      // What an earlier statement has reached is not where the migration began.
      if (!at.delete(left)) from.add(left);
    }
    for (const reached of step.reached) at.add(reached);
  }
  return isAlembic ? { from: [...from], to: [...at] } : undefined;
}

function stepOf(node: Node): { readonly left: readonly string[]; readonly reached: readonly string[] } | undefined {
  if ("InsertStmt" in node && isAlembicTable(node.InsertStmt.relation)) {
    return { left: [], reached: textsIn(node.InsertStmt.selectStmt) };
  }
  if ("DeleteStmt" in node && isAlembicTable(node.DeleteStmt.relation)) {
    return { left: textsIn(node.DeleteStmt.whereClause), reached: [] };
  }
  if ("UpdateStmt" in node && isAlembicTable(node.UpdateStmt.relation)) {
    return { left: textsIn(node.UpdateStmt.whereClause), reached: textsIn(node.UpdateStmt.targetList) };
  }
  return undefined;
}

function textsIn(tree: unknown): readonly string[] {
  return nodesIn(tree).flatMap(({ name, value }) =>
    name === "A_Const" && typeof value === "object" && value !== null && "sval" in value
      ? nodesIn(value).flatMap((inner) => (inner.name === "sval" && typeof inner.value === "string" ? inner.value : []))
      : [],
  );
}
