import { DatabaseError } from "pg";
import type { Check } from "../../report/report-schema.ts";
import { type DatabaseLogin, withConnection } from "./sql.ts";

/** The login of each role. `stranger` is a role that nothing was granted to. */
interface DatabaseRoles {
  readonly application: DatabaseLogin;
  readonly migrator: DatabaseLogin;
  readonly readOnly: DatabaseLogin;
  readonly stranger: DatabaseLogin;
}

const insufficientPrivilege = "42501";
const probe = "00000000-0000-4000-8000-000000000000";
const insert = `insert into couples (id, names, written_by) values ('${probe}', 'Probe', 'probe')`;
const remove = `delete from couples where id = '${probe}'`;

/**
 * Tries on the real server what each planned role may do and must not be able to do. The table `couples` must exist.
 *
 * @returns a check for each; `found` has PostgreSQL's own words where it refused
 */
export async function checkDatabase(roles: DatabaseRoles): Promise<readonly Check[]> {
  const { application, migrator, readOnly, stranger } = roles;
  const writing = [insert, "select * from couples", "update couples set names = 'Probe 2' where false", remove];
  return [
    await mayRun(`${application.user} can read and write`, application, writing),
    await mayNotRun(`${application.user} cannot create a table`, application, "create table probe (id int)"),
    await mayNotRun(`${application.user} cannot drop a table`, application, "drop table couples"),
    await mayNotRun(`${application.user} cannot create a schema`, application, "create schema probe"),
    await mayRun(`${readOnly.user} can read`, readOnly, ["select * from couples"]),
    await mayNotRun(`${readOnly.user} cannot write`, readOnly, insert),
    await mayNotRun(`${readOnly.user} cannot create a table`, readOnly, "create table probe (id int)"),
    await mayRun(`${migrator.user} can change the schema`, migrator, [
      "create table probe (id int)",
      "drop table probe",
    ]),
    await mayNotRun("a role without grants cannot connect", stranger, "select 1"),
    await publicHasNothing(migrator),
  ];
}

async function mayRun(what: string, login: DatabaseLogin, statements: readonly string[]): Promise<Check> {
  try {
    await withConnection(login, async (client) => {
      for (const statement of statements) await client.query(statement);
    });
    return { what, held: true, found: "allowed" };
  } catch (error) {
    return { what, held: false, found: wordsOf(error) };
  }
}

async function mayNotRun(what: string, login: DatabaseLogin, statement: string): Promise<Check> {
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

async function publicHasNothing(login: DatabaseLogin): Promise<Check> {
  const what = "PUBLIC has no rights on the database and its schemas";
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
