import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "../routes/read-inputs.ts";
import { type PlannedStatements, quoteName } from "./planned-statement.ts";

const roleInputs = z.strictObject({
  name: z.string(),
  login: z.boolean().default(false),
  inherit: z.boolean().default(true),
  createDatabase: z.boolean().default(false),
  createRole: z.boolean().default(false),
  superuser: z.literal(false).default(false),
  replication: z.literal(false).default(false),
  bypassRowLevelSecurity: z.literal(false).default(false),
  connectionLimit: z.int().default(-1),
  roles: z.array(z.string()).default([]),
  searchPaths: z.array(z.string()).default([]),
  statementTimeout: z.int().default(0),
  idleInTransactionSessionTimeout: z.int().default(0),
  encryptedPassword: z.boolean().optional(),
  skipDropRole: z.boolean().optional(),
  skipReassignOwned: z.boolean().optional(),
});

const grantRoleInputs = z.strictObject({
  role: z.string(),
  grantRole: z.string(),
  withAdminOption: z.boolean().default(false),
});

/**
 * `postgresql.Role`. A planned password is refused: the design has none, since the roles log in with IAM tokens.
 */
export function roleStatements(resource: PlannedResource): PlannedStatements {
  const inputs = readInputs(resource, roleInputs);
  const name = quoteName(inputs.name);
  const options = [
    inputs.login ? "login" : "nologin",
    inputs.inherit ? "inherit" : "noinherit",
    inputs.createDatabase ? "createdb" : "nocreatedb",
    inputs.createRole ? "createrole" : "nocreaterole",
    `connection limit ${inputs.connectionLimit}`,
  ];
  const sql = [`create role ${name} with ${options.join(" ")}`];
  for (const group of inputs.roles) sql.push(`grant ${quoteName(group)} to ${name}`);
  if (inputs.searchPaths.length > 0) {
    sql.push(`alter role ${name} set search_path to ${inputs.searchPaths.map(quoteName).join(", ")}`);
  }
  if (inputs.statementTimeout > 0) sql.push(`alter role ${name} set statement_timeout to ${inputs.statementTimeout}`);
  if (inputs.idleInTransactionSessionTimeout > 0) {
    const limit = inputs.idleInTransactionSessionTimeout;
    sql.push(`alter role ${name} set idle_in_transaction_session_timeout to ${limit}`);
  }
  return { source: resource.name, database: undefined, needs: [], sql };
}

/** `postgresql.GrantRole`: a role joins a group. */
export function grantRoleStatements(resource: PlannedResource): PlannedStatements {
  const { role, grantRole, withAdminOption } = readInputs(resource, grantRoleInputs);
  const option = withAdminOption ? " with admin option" : "";
  const sql = [`grant ${quoteName(grantRole)} to ${quoteName(role)}${option}`];
  return { source: resource.name, database: undefined, needs: [], sql };
}
