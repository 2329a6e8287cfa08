import { applicationSchema, privilegesByGrantee } from "../../components/database/access-rules.ts";
import { migratorRole, readOnlyRole } from "../../components/database/names.ts";
import { abortOnInterrupt } from "../process.ts";
import type { RolloutWorld } from "../world.ts";
import { connected, type Session } from "./log-in.ts";
import { withTunnel } from "./open-tunnel.ts";

/**
 * Compares the roles and grants in an instance with what the program plans, as the role that reads only.
 *
 * @returns what is missing or too much, a sentence each; empty where everything is as planned
 * @throws {Error} where the tunnel cannot be opened, or nobody can log in
 */
export async function grantProblems(world: RolloutWorld, instance: string): Promise<readonly string[]> {
  const { name: database, user: application } = world.stackFile.readConfig().database;
  const interrupts = abortOnInterrupt();
  try {
    return await withTunnel(world, { instance }, interrupts.signal, async (tunnel) => {
      const { host, port } = tunnel;
      const password = await tunnel.aws.signToken({ host, port, user: readOnlyRole });
      return await connected(tunnel, { user: readOnlyRole, database, password }, (session) =>
        compareGrants(session, { database, application }),
      );
    });
  } finally {
    interrupts.release();
  }
}

/** Compares what a session sees with the planned roles and privileges. It writes nothing. */
export async function compareGrants(
  session: Session,
  { database, application }: { readonly database: string; readonly application: string },
): Promise<readonly string[]> {
  const roles = [migratorRole, application, readOnlyRole];
  const missing = await missingRoles(session, roles);
  if (missing.length > 0) return missing.map((role) => `The role ${role} is missing.`);
  const problems: string[] = [];
  for (const { role, granted } of privilegesByGrantee(application)) {
    if (role === "public") continue;
    for (const { objectType, privileges } of granted) {
      problems.push(...(await lacking(session, { role, objectType, privileges, database })));
    }
  }
  const { rows } = await session.query(
    "select has_database_privilege('public', $1, 'CONNECT') as connects, has_schema_privilege('public', $2, 'USAGE') as uses",
    [database, applicationSchema],
  );
  if (rows[0]?.["connects"] === true) problems.push(`Everybody may connect to ${database}.`);
  if (rows[0]?.["uses"] === true) problems.push(`Everybody may use the schema ${applicationSchema}.`);
  return problems;
}

async function missingRoles(session: Session, roles: readonly string[]): Promise<readonly string[]> {
  const { rows } = await session.query("select rolname from pg_roles where rolcanlogin and rolname = any($1)", [roles]);
  return roles.filter((role) => !rows.some(({ rolname }) => rolname === role));
}

interface Granted {
  readonly role: string;
  readonly objectType: "database" | "schema" | "table" | "sequence";
  readonly privileges: readonly string[];
  readonly database: string;
}

/**
 * How PostgreSQL is asked for a privilege on each object of a kind. A condition may be evaluated
 * before the one that stands before it, and nobody may ask a table for privileges of a sequence.
 *
 * @see PostgreSQL, "Access Privilege Inquiry Functions"
 */
const questions: Readonly<Record<Granted["objectType"], string>> = {
  database: "select $3::text as object where not has_database_privilege($1, $3, $2)",
  schema: "select $3::text as object where not has_schema_privilege($1, $3, $2)",
  table:
    "select c.oid::regclass::text as object from pg_class c where c.relnamespace = $3::regnamespace and c.relkind in ('r', 'p', 'v', 'm') and not has_table_privilege($1, c.oid, $2)",
  sequence:
    "select c.oid::regclass::text as object from pg_class c where c.relnamespace = $3::regnamespace and case c.relkind when 'S' then not has_sequence_privilege($1, c.oid, $2) else false end",
};

async function lacking(session: Session, { role, objectType, privileges, database }: Granted): Promise<string[]> {
  const problems: string[] = [];
  for (const privilege of privileges) {
    const place = objectType === "database" ? database : applicationSchema;
    const { rows } = await session.query(questions[objectType], [role, privilege, place]);
    if (rows.length === 0) continue;
    problems.push(`${role} lacks ${privilege} on ${objectType} ${rows.map(({ object }) => object).join(", ")}.`);
  }
  return problems;
}
