import type { PlannedResource } from "../../plan/planned-resource.ts";
import { databaseStatements, extensionStatements, schemaStatements } from "./container-statements.ts";
import { defaultPrivilegesStatements, grantStatements } from "./grant-statements.ts";
import type { PlannedStatements } from "./planned-statement.ts";
import { grantRoleStatements, roleStatements } from "./role-statements.ts";

/** How each type becomes SQL, in the order in which they depend on each other. */
const translations: Readonly<Record<string, (resource: PlannedResource) => PlannedStatements>> = {
  "postgresql:index/role:Role": roleStatements,
  "postgresql:index/grantRole:GrantRole": grantRoleStatements,
  "postgresql:index/database:Database": databaseStatements,
  "postgresql:index/schema:Schema": schemaStatements,
  "postgresql:index/extension:Extension": extensionStatements,
  "postgresql:index/grant:Grant": grantStatements,
  "postgresql:index/defaultPrivileges:DefaultPrivileges": defaultPrivilegesStatements,
  "postgresql:index/defaultPrivileg:DefaultPrivileg": defaultPrivilegesStatements,
};

/**
 * Turns the planned `postgresql:*` resources into the statements that the provider would run, in order.
 *
 * @throws {Error} on a type or an input that the rehearsal does not know
 */
export function planDatabase(resources: readonly PlannedResource[]): readonly PlannedStatements[] {
  const planned = resources.filter((resource) => resource.type.startsWith("postgresql:"));
  const known = Object.keys(translations);
  for (const { type, name } of planned) {
    if (!known.includes(type)) {
      throw new Error(`${type} "${name}" is planned, and the rehearsal does not know how to create one.`);
    }
  }
  return Object.entries(translations).flatMap(([type, translate]) =>
    planned.filter((resource) => resource.type === type).map(translate),
  );
}

/** The planned roles that may log in. */
export function plannedLogins(resources: readonly PlannedResource[]): readonly string[] {
  return resources
    .filter(({ type, inputs }) => type === "postgresql:index/role:Role" && inputs["login"] === true)
    .map(({ inputs }) => String(inputs["name"]));
}

/** The database that RDS itself creates with the instance, where one is planned. */
export function plannedInitialDatabase(resources: readonly PlannedResource[]): string | undefined {
  const name = resources.find(({ type }) => type === "aws:rds/instance:Instance")?.inputs["dbName"];
  return typeof name === "string" ? name : undefined;
}
