import { DatabaseError } from "pg";
import type { DatabaseLogin } from "../sample-api/api-settings.ts";
import { withConnection } from "./connect.ts";

/** One thing that the planned roles must or must not be able to do, and whether it was so. */
export interface DatabaseCheck {
  readonly what: string;
  readonly held: boolean;
  /** PostgreSQL's own words, or what was found. */
  readonly found: string;
}

/** Who logs in as what. `stranger` is a role that nothing was granted to. */
export interface DatabaseRoles {
  readonly application: DatabaseLogin;
  readonly migrator: DatabaseLogin;
  readonly readOnly: DatabaseLogin;
  readonly stranger: DatabaseLogin;
}

const insufficientPrivilege = "42501";
const probe = "00000000-0000-4000-8000-000000000000";
const insert = `insert into couples (id, names, written_by) values ('${probe}', 'Probe', 'probe')`;
const remove = `delete from couples where id = '${probe}'`;

/** Tries what each planned role may and may not do, on the real server. The table `couples` must be there. */
export async function checkDatabase(roles: DatabaseRoles): Promise<readonly DatabaseCheck[]> {
  const { application, migrator, readOnly, stranger } = roles;
  const writing = [insert, "select * from couples", "update couples set names = 'Probe 2' where false", remove];
  return [
    await mayRun(`${application.user} reads and writes`, application, writing),
    await mayNotRun(`${application.user} creates no table`, application, "create table probe (id int)"),
    await mayNotRun(`${application.user} drops no table`, application, "drop table couples"),
    await mayNotRun(`${application.user} creates no schema`, application, "create schema probe"),
    await mayRun(`${readOnly.user} reads`, readOnly, ["select * from couples"]),
    await mayNotRun(`${readOnly.user} writes nothing`, readOnly, insert),
    await mayNotRun(`${readOnly.user} creates no table`, readOnly, "create table probe (id int)"),
    await mayRun(`${migrator.user} changes the schema`, migrator, ["create table probe (id int)", "drop table probe"]),
    await mayNotRun("a role without grants does not even connect", stranger, "select 1"),
    await publicHasNothing(migrator),
  ];
}

async function mayRun(what: string, login: DatabaseLogin, statements: readonly string[]): Promise<DatabaseCheck> {
  try {
    await withConnection(login, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
    return { what, held: true, found: "allowed" };
  } catch (error) {
    return { what, held: false, found: wordsOf(error) };
  }
}

async function mayNotRun(what: string, login: DatabaseLogin, statement: string): Promise<DatabaseCheck> {
  try {
    await withConnection(login, (client) => client.query(statement));
    return { what, held: false, found: "allowed" };
  } catch (error) {
    // Any other error, such as a missing table, would prove nothing about rights.
    const held = error instanceof DatabaseError && isRefusal(error);
    return { what, held, found: wordsOf(error) };
  }
}

function isRefusal(error: DatabaseError): boolean {
  return error.code === insufficientPrivilege || error.message.startsWith("must be owner of");
}

async function publicHasNothing(login: DatabaseLogin): Promise<DatabaseCheck> {
  const what = "PUBLIC has nothing on the database and its schemas";
  const rights = await withConnection(login, (client) =>
    client.query<{ place: string; right: string }>(
      `select 'database ' || datname as place, acl.privilege_type as right
       from pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba))) acl
       where datname = current_database() and acl.grantee = 0
       union all
       select 'schema ' || nspname, acl.privilege_type
       from pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner))) acl
       where nspname <> 'information_schema' and nspname not like 'pg\\_%' and acl.grantee = 0`,
    ),
  );
  const found = rights.rows.map(({ place, right }) => `${right} on ${place}`).join(", ");
  return { what, held: found === "", found: found === "" ? "nothing" : found };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
