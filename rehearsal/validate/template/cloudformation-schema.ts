import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";

/** A JSON schema, as far as names and places of properties need it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
}

/** What CloudFormation publishes of a resource type. */
export interface TypeSchema extends Schema {
  /** Such as `/properties/Arn`: what CloudFormation answers and nobody sets. */
  readonly readOnlyProperties?: readonly string[];
  /** Such as `/properties/CidrBlock`: what a resource is replaced for. */
  readonly createOnlyProperties?: readonly string[];
  /** What CloudFormation has to be allowed for each of its deeds: IAM actions. */
  readonly handlers?: { readonly read?: { readonly permissions: readonly string[] } };
}

/**
 * Opens the schemas that cfn-lint ships, of one region.
 *
 * @param python path of the interpreter that cfn-lint is installed for
 * @returns gives the schema of a type; throws for one that the region does not have
 */
export function openTypeSchemas(python: string, region: string): (type: string) => TypeSchema {
  const libraries = join(dirname(python), "..", "lib");
  const [library = ""] = readdirSync(libraries).filter((name) => name.startsWith("python"));
  const folder = join(libraries, library, "site-packages", "cfnlint", "data", "schemas");
  const files = JSON.parse(readFileSync(join(folder, "providers", `${region}.json`), "utf8")) as Record<string, string>;
  const read = new Map<string, TypeSchema>();
  return (type) => {
    const file = files[type];
    if (file === undefined) throw new Error(`cfn-lint has no schema of ${type} in ${region}.`);
    const known = read.get(file) ?? JSON.parse(readFileSync(join(folder, "resources", `${file}.json`), "utf8"));
    read.set(file, known);
    return known;
  };
}

/** A schema without a reference, found in the schema of its type. */
export function resolved(type: TypeSchema, schema: Schema): Schema {
  if (schema.$ref === undefined) return schema;
  const found = schema.$ref
    .split("/")
    .slice(1)
    .reduce<unknown>((part, key) => (part as Record<string, unknown> | undefined)?.[key], type);
  if (found === undefined) throw new Error(`A CloudFormation schema refers to ${schema.$ref}, which it does not have.`);
  return resolved(type, found as Schema);
}

/** The properties of a structure, those of alternatives too; undefined where it is none, or a map. */
export function propertiesOf(type: TypeSchema, schema: Schema): Readonly<Record<string, Schema>> | undefined {
  const parts = [schema, ...(schema.oneOf ?? []), ...(schema.anyOf ?? []), ...(schema.allOf ?? [])];
  const found = parts.flatMap((part) => Object.entries(resolved(type, part).properties ?? {}));
  return found.length === 0 ? undefined : Object.fromEntries(found);
}

/** Whether a schema accepts a JSON type. */
export function accepts(schema: Schema, type: string): boolean {
  return schema.type === type || (Array.isArray(schema.type) && schema.type.includes(type));
}
