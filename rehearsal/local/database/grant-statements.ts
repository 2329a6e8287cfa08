import { z } from "zod";
import { type PlannedResource, readInputs } from "../../plan/planned-resource.ts";
import { type NeededRole, type PlannedStatements, quoteName } from "./sql.ts";

const privileges = z.array(
  z.enum([
    "SELECT",
    "INSERT",
    "UPDATE",
    "DELETE",
    "TRUNCATE",
    "REFERENCES",
    "TRIGGER",
    "CREATE",
    "CONNECT",
    "TEMPORARY",
    "EXECUTE",
    "USAGE",
    "ALL",
  ]),
);

const grantInputs = z.strictObject({
  database: z.string(),
  role: z.string(),
  objectType: z.enum(["database", "schema", "table", "sequence", "function", "procedure", "routine"]),
  schema: z.string().optional(),
  objects: z.array(z.string()).default([]),
  privileges,
  withGrantOption: z.boolean().default(false),
});

const defaultPrivilegesInputs = z.strictObject({
  database: z.string(),
  role: z.string(),
  owner: z.string(),
  objectType: z.enum(["table", "sequence", "function", "routine", "type", "schema"]),
  schema: z.string().optional(),
  privileges,
  withGrantOption: z.boolean().default(false),
});

/** `public`, in upper or lower case, means everyone and not a role of that name. */
function grantee(role: string): string {
  return role.toLowerCase() === "public" ? "public" : quoteName(role);
}

/** `postgresql.Grant`: revokes all privileges and grants the planned ones, in one transaction. */
export function grantStatements(resource: PlannedResource): PlannedStatements {
  const inputs = readInputs(resource, grantInputs);
  const { object, needs } = grantObject(resource, inputs);
  const role = grantee(inputs.role);
  const option = inputs.withGrantOption ? " with grant option" : "";
  const granted = inputs.privileges.map((privilege) => privilege.toLowerCase()).join(", ");
  return {
    source: resource.name,
    database: inputs.database,
    needs,
    sql: [
      `revoke all privileges on ${object} from ${role}`,
      ...(granted === "" ? [] : [`grant ${granted} on ${object} to ${role}${option}`]),
    ],
  };
}

function grantObject(
  resource: PlannedResource,
  { objectType, database, schema, objects }: z.output<typeof grantInputs>,
): { readonly object: string; readonly needs: readonly NeededRole[] } {
  // For a database the provider joins no role, so the administrator's own rights must be enough, as on RDS.
  if (objectType === "database") return { object: `database ${quoteName(database)}`, needs: [] };
  if (schema === undefined) throw new Error(`${resource.type} "${resource.name}": ${objectType} needs a schema.`);
  const schemaOwner = { kind: "owner-of-schema", schema } as const;
  if (objectType === "schema") return { object: `schema ${quoteName(schema)}`, needs: [schemaOwner] };
  const needs = [schemaOwner, { kind: "owners-in-schema", schema } as const];
  if (objects.length === 0) return { object: `all ${objectType}s in schema ${quoteName(schema)}`, needs };
  const names = objects.map((name) => `${quoteName(schema)}.${quoteName(name)}`);
  return { object: `${objectType} ${names.join(", ")}`, needs };
}

/** `postgresql.DefaultPrivileges`: what a role may do with every object that another role will create. */
export function defaultPrivilegesStatements(resource: PlannedResource): PlannedStatements {
  const inputs = readInputs(resource, defaultPrivilegesInputs);
  const inSchema = inputs.schema === undefined ? "" : ` in schema ${quoteName(inputs.schema)}`;
  const start = `alter default privileges for role ${quoteName(inputs.owner)}${inSchema}`;
  const role = grantee(inputs.role);
  const option = inputs.withGrantOption ? " with grant option" : "";
  const granted = inputs.privileges.map((privilege) => privilege.toLowerCase()).join(", ");
  return {
    source: resource.name,
    database: inputs.database,
    needs: [{ kind: "role", name: inputs.owner }],
    sql: [
      `${start} revoke all on ${inputs.objectType}s from ${role}`,
      ...(granted === "" ? [] : [`${start} grant ${granted} on ${inputs.objectType}s to ${role}${option}`]),
    ],
  };
}
