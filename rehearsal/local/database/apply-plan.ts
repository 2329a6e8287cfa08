import type { Client } from "pg";
import type { DatabaseLogin } from "../sample-api/api-settings.ts";
import { withConnection } from "./connect.ts";
import { type NeededRole, type PlannedStatements, quoteName } from "./planned-statement.ts";

/**
 * Runs planned statements as the master user, the way the provider does: for each resource the master joins the roles whose
 * rights it needs and leaves them again (cyrilgdn/terraform-provider-postgresql, `withRolesGranted`).
 *
 * @param master the master user, connected to the server's own database
 * @returns how many resources were created
 * @throws {Error} naming the resource and the statement that PostgreSQL refused, or warned of
 */
export async function applyDatabasePlan(master: DatabaseLogin, plan: readonly PlannedStatements[]): Promise<number> {
  for (const planned of plan) {
    const login = { ...master, database: planned.database ?? master.database };
    try {
      await withConnection(login, (client) => applyOne(client, master.user, planned));
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`${planned.source}: ${reason}. It runs: ${planned.sql.join("; ")}`, { cause: error });
    }
  }
  return plan.length;
}

async function applyOne(client: Client, master: string, { needs, sql }: PlannedStatements): Promise<void> {
  // PostgreSQL creates a database outside of transactions only.
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
