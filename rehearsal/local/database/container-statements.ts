import { z } from "zod";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { readInputs } from "../routes/read-inputs.ts";
import { type PlannedStatements, quoteName, quoteText } from "./planned-statement.ts";

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
 * `postgresql.Database`. Locales are the cluster's own here, whatever is planned: PostgreSQL takes them from the operating
 * system, and a laptop need not have those of RDS.
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

/** `postgresql.Schema`. One that is there already, such as `public`, is only given its owner. */
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
