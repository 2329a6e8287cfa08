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

/** What a migration makes besides tables: a sequence, and a function. */
const made = [
  "create table rehearsal_probe (id bigserial primary key)",
  "create function rehearsal_answer() returns int language sql as 'select 42'",
];
const unmade = ["drop function if exists rehearsal_answer()", "drop table if exists rehearsal_probe"];

/**
 * Tries on the real server what each planned role may do and must not be able to do. The table `couples` must exist.
 *
 * @returns a check for each; `found` has PostgreSQL's own words where it refused
 */
export async function checkDatabase(roles: DatabaseRoles): Promise<readonly Check[]> {
  const { application, migrator, readOnly, stranger } = roles;
  await runAll(migrator, unmade);
  const migrated = await mayRun(`${migrator.user} can change the schema`, migrator, made);
  const writing = [insert, "select * from couples", "update couples set names = 'Probe 2' where false", remove];
  return [
    await mayRun(`${application.user} can read and write`, application, writing),
    await mayNotRun(`${application.user} cannot create a table`, application, "create table probe (id int)"),
    await mayNotRun(`${application.user} cannot drop a table`, application, "drop table couples"),
    await mayNotRun(`${application.user} cannot create a schema`, application, "create schema probe"),
    await mayNotRun(
      `${application.user} cannot create a temporary table`,
      application,
      "create temp table probe (id int)",
    ),
    await mayNotRun(`${application.user} cannot empty a table at once`, application, "truncate couples"),
    await mayRun(`${application.user} can use what migrations make`, application, [
      "insert into rehearsal_probe default values",
      "select rehearsal_answer()",
    ]),
    await mayRun(`${readOnly.user} can read`, readOnly, [
      "select * from couples",
      "select last_value from rehearsal_probe_id_seq",
    ]),
    await mayNotRun(`${readOnly.user} cannot write`, readOnly, insert),
    await mayNotRun(`${readOnly.user} cannot move a sequence on`, readOnly, "select nextval('rehearsal_probe_id_seq')"),
    await mayNotRun(`${readOnly.user} cannot run a function`, readOnly, "select rehearsal_answer()"),
    await mayNotRun(`${readOnly.user} cannot create a table`, readOnly, "create table probe (id int)"),
    migrated,
    await mayRun(`${migrator.user} can drop what it made`, migrator, unmade),
    await mayRun(`${migrator.user} can use temporary tables and trusted extensions`, migrator, [
      "create temp table probe (id int)",
      "create extension if not exists citext",
      "drop extension citext",
    ]),
    await mayNotRun("a role without grants cannot connect", stranger, "select 1"),
    await publicHasNothing(migrator),
    await haveNoMore(migrator, [application.user, migrator.user, readOnly.user]),
  ];
}

async function runAll(login: DatabaseLogin, statements: readonly string[]): Promise<void> {
  await withConnection(login, async (client) => {
    for (const statement of statements) await client.query(statement);
  });
}

async function mayRun(what: string, login: DatabaseLogin, statements: readonly string[]): Promise<Check> {
  try {
    await runAll(login, statements);
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

/** The only group that a role needs: it lets it log in by IAM. */
const loginGroup = "rds_iam";

/** What a role may do in the whole server, and as a member of others. */
async function haveNoMore(login: DatabaseLogin, roles: readonly string[]): Promise<Check> {
  const found = await withConnection(login, (client) =>
    client.query<{ right: string }>(
      `select rolname || ' ' || attribute as right
       from pg_roles, lateral (values ('creates roles', rolcreaterole), ('creates databases', rolcreatedb),
         ('is a superuser', rolsuper), ('replicates', rolreplication), ('passes row security', rolbypassrls))
         has(attribute, given)
       where rolname = any($1) and given
       union all
       select member.rolname || ' is a member of ' || granted.rolname
       from pg_auth_members m join pg_roles member on member.oid = m.member join pg_roles granted on granted.oid = m.roleid
       where member.rolname = any($1) and granted.rolname <> $2
       union all
       select rolname || ' is no member of ' || $2::text from pg_roles
       where rolname = any($1) and not pg_has_role(rolname, $2::name, 'member')
       order by 1`,
      [roles, loginGroup],
    ),
  );
  const rights = found.rows.map(({ right }) => right).join(", ");
  return {
    what: `the roles have no right in the whole server, and are members of ${loginGroup} alone`,
    held: rights === "",
    found: rights === "" ? `${roles.length} roles` : rights,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
