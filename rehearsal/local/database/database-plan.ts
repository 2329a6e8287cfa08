import type { Client } from "pg";
import { databaseInstance } from "../../../policies/kinds.ts";
import { ofKind, type PlannedResource } from "../../plan/planned-resource.ts";
import { defaultPrivilegesStatements, grantStatements } from "./grant-statements.ts";
import {
  databaseStatements,
  extensionStatements,
  grantRoleStatements,
  roleStatements,
  schemaStatements,
} from "./object-statements.ts";
import { type DatabaseLogin, type NeededRole, type PlannedStatements, quoteName, withConnection } from "./sql.ts";

/** How each type is created, in the order in which the types depend on each other. */
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
 * @throws {Error} for a type or an input that the rehearsal does not model
 */
export function planDatabase(resources: readonly PlannedResource[]): readonly PlannedStatements[] {
  const planned = resources.filter((resource) => resource.type.startsWith("postgresql:"));
  const known = Object.keys(translations);
  for (const { type, name } of planned) {
    if (!known.includes(type)) {
      throw new Error(
        `${type} "${name}" is planned, but the rehearsal cannot create this type. Add it to rehearsal/local/database.`,
      );
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

/** The database that RDS creates with the instance, where one is planned. */
export function plannedInitialDatabase(resources: readonly PlannedResource[]): string | undefined {
  const name = ofKind(resources, databaseInstance)[0]?.inputs["dbName"];
  return typeof name === "string" ? name : undefined;
}

/**
 * Runs planned statements as the master user, as the provider does: for each resource the master joins the roles whose
 * rights the statements need, and leaves them afterwards (cyrilgdn/terraform-provider-postgresql, `withRolesGranted`).
 *
 * @param master login of the master user in the server's own database
 * @throws {Error} naming the resource and the statement for which PostgreSQL failed or warned
 */
export async function applyDatabasePlan(master: DatabaseLogin, plan: readonly PlannedStatements[]): Promise<void> {
  for (const planned of plan) {
    const login = { ...master, database: planned.database ?? master.database };
    try {
      await withConnection(login, (client) => applyOne(client, master.user, planned));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${planned.source}: ${reason}. Its statements: ${planned.sql.join("; ")}`, { cause: error });
    }
  }
}

async function applyOne(client: Client, master: string, { needs, sql }: PlannedStatements): Promise<void> {
  // PostgreSQL refuses to create a database in a transaction.
  const inTransaction = !sql.some((statement) => statement.startsWith("create database"));
  if (inTransaction) await client.query("begin");
  const joined: string[] = [];
  for (const role of await findRoles(client, needs)) {
    if (await join(client, role, master)) joined.push(role);
  }
  for (const statement of sql) await client.query(statement);
  for (const role of joined) await client.query(`revoke ${quoteName(role)} from ${quoteName(master)}`);
  if (inTransaction) await client.query("commit");
}

async function findRoles(client: Client, needs: readonly NeededRole[]): Promise<ReadonlySet<string>> {
  const roles = new Set<string>();
  for (const need of needs) {
    for (const name of await namesOf(client, need)) roles.add(name);
  }
  return roles;
}

async function namesOf(client: Client, need: NeededRole): Promise<readonly string[]> {
  switch (need.kind) {
    case "role":
      return [need.name];
    case "owner-of-schema":
      return await ask(
        client,
        `select case when nspowner = 'pg_database_owner'::regrole then
           (select pg_get_userbyid(datdba) from pg_database where datname = current_database())
         else pg_get_userbyid(nspowner) end as name from pg_namespace where nspname = $1`,
        need.schema,
      );
    case "owners-in-schema":
      return await ask(client, "select distinct tableowner as name from pg_tables where schemaname = $1", need.schema);
  }
}

async function ask(client: Client, sql: string, parameter: string): Promise<readonly string[]> {
  const found = await client.query<{ name: string }>(sql, [parameter]);
  return found.rows.map((row) => row.name);
}

async function join(client: Client, role: string, master: string): Promise<boolean> {
  if (role === master) return false;
  const member = await client.query(
    `select 1 from pg_auth_members
     where roleid = (select oid from pg_roles where rolname = $1)
       and member = (select oid from pg_roles where rolname = $2) and set_option`,
    [role, master],
  );
  if (member.rows.length > 0) return false;
  await client.query(`grant ${quoteName(role)} to ${quoteName(master)}`);
  return true;
}
