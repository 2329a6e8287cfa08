import { z } from "zod";
import { type PlannedResource, readInputs } from "../../plan/planned-resource.ts";
import { type PlannedStatements, quoteName, quoteText } from "./sql.ts";

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

/** `postgresql.Role`. A planned password is refused, because the planned roles log in with IAM tokens. */
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

/** `postgresql.GrantRole`. */
export function grantRoleStatements(resource: PlannedResource): PlannedStatements {
  const { role, grantRole, withAdminOption } = readInputs(resource, grantRoleInputs);
  const option = withAdminOption ? " with admin option" : "";
  const sql = [`grant ${quoteName(grantRole)} to ${quoteName(role)}${option}`];
  return { source: resource.name, database: undefined, needs: [], sql };
}

const databaseInputs = z.strictObject({
  name: z.string(),
  owner: z.string().optional(),
  template: z.string().optional(),
  encoding: z.string().optional(),
  lcCollate: z.string().optional(),
  lcCtype: z.string().optional(),
  connectionLimit: z.int().default(-1),
  allowConnections: z.literal(true).default(true),
  isTemplate: z.literal(false).default(false),
  alterObjectOwnership: z.boolean().optional(),
});

const schemaInputs = z.strictObject({
  name: z.string(),
  database: z.string(),
  owner: z.string().optional(),
  ifNotExists: z.boolean().optional(),
  dropCascade: z.boolean().optional(),
});

const extensionInputs = z.strictObject({
  name: z.string(),
  database: z.string(),
  schema: z.string().optional(),
  version: z.string().optional(),
  createCascade: z.boolean().optional(),
  dropCascade: z.boolean().optional(),
});

/**
 * `postgresql.Database`. Planned locales are left out: PostgreSQL takes locales from the operating system, and this machine
 * may not have those of RDS.
 */
export function databaseStatements(resource: PlannedResource): PlannedStatements {
  const inputs = readInputs(resource, databaseInputs);
  const template = inputs.template ?? "template0";
  const options = [
    ...(inputs.owner === undefined ? [] : [`owner ${quoteName(inputs.owner)}`]),
    `template ${template === "DEFAULT" ? "default" : quoteName(template)}`,
    `encoding ${quoteText(inputs.encoding ?? "UTF8")}`,
    `connection limit ${inputs.connectionLimit}`,
  ];
  return {
    source: resource.name,
    database: undefined,
    needs: inputs.owner === undefined ? [] : [{ kind: "role", name: inputs.owner }],
    sql: [`create database ${quoteName(inputs.name)} with ${options.join(" ")}`],
  };
}

/** `postgresql.Schema`. A schema that exists, such as `public`, only gets its owner. */
export function schemaStatements(resource: PlannedResource): PlannedStatements {
  const { name, database, owner } = readInputs(resource, schemaInputs);
  const sql = [`create schema if not exists ${quoteName(name)}`];
  if (owner !== undefined) sql.push(`alter schema ${quoteName(name)} owner to ${quoteName(owner)}`);
  const needs = owner === undefined ? [] : [{ kind: "role" as const, name: owner }];
  return { source: resource.name, database, needs, sql };
}

/** `postgresql.Extension`. */
export function extensionStatements(resource: PlannedResource): PlannedStatements {
  const { name, database, schema, createCascade } = readInputs(resource, extensionInputs);
  const options = [
    ...(schema === undefined ? [] : [`schema ${quoteName(schema)}`]),
    ...(createCascade === true ? ["cascade"] : []),
  ];
  const sql = [`create extension if not exists ${quoteName(name)} ${options.join(" ")}`.trim()];
  return { source: resource.name, database, needs: [], sql };
}
