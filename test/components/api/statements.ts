import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[];
  readonly Resource: readonly string[];
}

/** The statements of a role's inline policy by their id. */
export function statementsOf(rolePolicy: PlannedResource): Readonly<Record<string, Statement>> {
  const { Statement: statements } = JSON.parse(String(rolePolicy.inputs["policy"])) as { Statement: Statement[] };
  return Object.fromEntries(statements.map((statement) => [statement.Sid, statement]));
}
