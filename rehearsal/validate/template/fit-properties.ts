import { isBlock } from "../../../infra/config/config-keys.ts";
import { plainName } from "../place-inputs.ts";
import { accepts, propertiesOf, resolved, type Schema, type TypeSchema } from "./cloudformation-schema.ts";
import type { TemplateType } from "./template-types.ts";

/** The properties that a call's parameters are in CloudFormation. */
export interface Fitted {
  readonly properties: Readonly<Record<string, unknown>>;
  /** Paths of parameters that no property was found for, without places in lists. */
  readonly missed: readonly string[];
}

/**
 * Makes CloudFormation's properties of the parameters of an API call. Both are named after the same API: a parameter finds
 * its property by its name, in any case, singular or plural.
 */
export function fitProperties(
  type: TypeSchema,
  { names = {} }: TemplateType,
  parameters: Readonly<Record<string, unknown>>,
): Fitted {
  const missed = new Set<string>();
  const readOnly = new Set((type.readOnlyProperties ?? []).map((path) => path.replace(/^\/properties\//, "")));

  function structure(known: Readonly<Record<string, Schema>>, value: Readonly<Record<string, unknown>>, at: string) {
    const result: Record<string, unknown> = {};
    for (const [name, inner] of Object.entries(value)) {
      const path = at === "" ? name : `${at}.${name}`;
      const own = names[path];
      if (own === "" || inner === undefined) continue;
      if (own === ".") {
        for (const part of [inner].flat()) if (isBlock(part)) merge(result, structure(known, part, path));
      } else if (own?.includes(".")) {
        const [outer = "", property = ""] = own.split(".");
        merge(result, { [outer]: place(propertyOf(known, outer), { [property]: inner }, `${path}:`) });
      } else {
        const property = own ?? Object.keys(known).find((one) => plainName(one) === plainName(name));
        if (property === undefined) missed.add(path);
        else if (at !== "" || !readOnly.has(property))
          merge(result, { [property]: place(propertyOf(known, property), inner, path) });
      }
    }
    return result;
  }

  function place(schema: Schema, value: unknown, at: string): unknown {
    const read =
      typeof value === "string" && accepts(schema, "object") && /^\s*[[{]/.test(value) ? JSON.parse(value) : value;
    const known = propertiesOf(type, schema);
    if (isBlock(read)) {
      if (known !== undefined) return structure(known, read, at);
      const pair = accepts(schema, "array") ? pairNames(resolved(type, schema.items ?? {})) : undefined;
      if (pair !== undefined) {
        return Object.entries(read).map(([name, value]) => ({ [pair.name]: name, [pair.value]: value }));
      }
      // `{ Value: true }`, as EC2 takes attributes.
      const [only, ...others] = Object.keys(read);
      return only === "Value" && others.length === 0 && !accepts(schema, "object") ? read[only] : read;
    }
    if (Array.isArray(read)) {
      const pairs = accepts(schema, "array") ? undefined : asMap(read);
      if (pairs !== undefined) return pairs;
      if (accepts(schema, "array") || schema.items !== undefined) {
        const items = resolved(type, schema.items ?? {});
        return read.map((entry) => place(items, entry, at));
      }
      return read.length === 1 ? place(schema, read[0], at) : read;
    }
    if (accepts(schema, "array") && !accepts(schema, "string")) return [read];
    return read;
  }

  function pairNames(items: Schema): { readonly name: string; readonly value: string } | undefined {
    const members = Object.keys(propertiesOf(type, items) ?? {});
    const name = members.find((member) => /^(?:Key|Name)$/.test(member));
    return name !== undefined && members.includes("Value") ? { name, value: "Value" } : undefined;
  }

  function propertyOf(known: Readonly<Record<string, Schema>>, property: string): Schema {
    const schema = known[property];
    if (schema === undefined)
      throw new Error(`The template table names ${property}, which CloudFormation does not have.`);
    return resolved(type, schema);
  }

  const properties = structure(type.properties ?? {}, withPlainTags(type, parameters), "");
  return { properties, missed: [...missed] };
}

/** EC2 takes tags with the type that they are for; CloudFormation takes them alone, or not at all. */
function withPlainTags(type: TypeSchema, parameters: Readonly<Record<string, unknown>>) {
  const { TagSpecifications, ...others } = parameters as { readonly TagSpecifications?: readonly { Tags: unknown }[] };
  const tags = TagSpecifications?.[0]?.Tags;
  return tags === undefined || type.properties?.["Tags"] === undefined ? others : { ...others, Tags: tags };
}

/** A list of names and values as a map: `Key` and `Value`, `ParameterName` and `ParameterValue`. */
function asMap(list: readonly unknown[]): Readonly<Record<string, unknown>> | undefined {
  const entries = list.map((entry) => {
    const members = isBlock(entry) ? Object.entries(entry) : [];
    const name = members.find(([member]) => /(?:key|name)$/i.test(member))?.[1];
    const value = members.find(([member]) => /value$/i.test(member))?.[1];
    return name === undefined || value === undefined ? undefined : ([String(name), value] as const);
  });
  return entries.length > 0 && entries.every((entry) => entry !== undefined) ? Object.fromEntries(entries) : undefined;
}

/** Puts properties beside those that are there; structures and lists of the same name become one. */
export function merge(target: Record<string, unknown>, source: Readonly<Record<string, unknown>>): void {
  for (const [name, value] of Object.entries(source)) {
    const there = target[name];
    if (isBlock(there) && isBlock(value)) {
      const both = { ...there };
      merge(both, value);
      target[name] = both;
    } else {
      target[name] = Array.isArray(there) && Array.isArray(value) ? [...there, ...value] : value;
    }
  }
}
