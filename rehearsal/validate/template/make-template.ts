import { isOfAws, type PlannedResource } from "../../plan/planned-resource.ts";
import { placeCreation } from "../place-resource.ts";
import type { ServiceModels } from "../service-model.ts";
import { callTable } from "../table/call-table.ts";
import type { TypeSchema } from "./cloudformation-schema.ts";
import { fitProperties, merge } from "./fit-properties.ts";
import { type TemplateType, templateTypes, withoutTemplate } from "./template-types.ts";

/** A plan as CloudFormation would create it. */
export interface PlanTemplate {
  readonly template: {
    readonly AWSTemplateFormatVersion: "2010-09-09";
    readonly Resources: Readonly<Record<string, { readonly Type: string; readonly Properties: object }>>;
  };
  /** The planned resources that each resource of the template was made of, by its id there. The first one owns it. */
  readonly madeOf: ReadonlyMap<string, readonly PlannedResource[]>;
  /** Types that neither the template table nor its list of exceptions has. */
  readonly unknownTypes: readonly string[];
  /** Parameters of calls that have no property in the template, as `type parameter`. */
  readonly missed: readonly string[];
}

/** Makes a template of the AWS resources of a plan, by the same calls that the provider would make. */
export function makeTemplate(
  resources: readonly PlannedResource[],
  models: ServiceModels,
  schemaOf: (type: string) => TypeSchema,
): PlanTemplate {
  const made = new Map<string, { Type: string; Properties: Record<string, unknown>; from: PlannedResource[] }>();
  const unknown = new Set<string>();
  const missed = new Set<string>();
  for (const resource of resources) {
    const rule = callTable[resource.type];
    const entry = templateTypes[resource.type];
    if (!isOfAws(resource) || withoutTemplate[resource.type] !== undefined) continue;
    if (rule === undefined || entry === undefined) {
      unknown.add(resource.type);
      continue;
    }
    if (entry.lacks?.(resource) === true) continue;
    const owner = ownerOf(resource, entry, resources);
    const id = idOf(owner);
    const there = made.get(id) ?? { Type: entry.type, Properties: {}, from: [] };
    made.set(id, there);
    there.from.push(resource);
    for (const { parameters } of placeCreation(resource, rule, models)) {
      const fitted = fitProperties(schemaOf(entry.type), entry, parameters);
      merge(there.Properties, fitted.properties);
      for (const path of fitted.missed) missed.add(`${resource.type} ${path}`);
    }
  }
  const Resources = [...made].map(([id, { Type, Properties }]) => [id, { Type, Properties }] as const);
  return {
    template: { AWSTemplateFormatVersion: "2010-09-09", Resources: Object.fromEntries(Resources) },
    madeOf: new Map([...made].map(([id, { from }]) => [id, from])),
    unknownTypes: [...unknown],
    missed: [...missed],
  };
}

function ownerOf(
  resource: PlannedResource,
  { type, partOf }: TemplateType,
  resources: readonly PlannedResource[],
): PlannedResource {
  if (partOf === undefined) return resource;
  const owner = resources.find(
    (one) =>
      templateTypes[one.type]?.type === type &&
      templateTypes[one.type]?.partOf === undefined &&
      (one.outputs[partOf.output] ?? one.inputs[partOf.output]) === resource.inputs[partOf.input],
  );
  if (owner === undefined) {
    throw new Error(`${resource.type} ${resource.name} belongs to a ${type} that the plan does not have.`);
  }
  return owner;
}

/** Letters and digits, as CloudFormation takes them: the type and the name. */
function idOf({ type, name }: PlannedResource): string {
  return `${type.split(":").at(-1)}-${name}`.replace(/(^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_all, _signs, letter) =>
    String(letter).toUpperCase(),
  );
}
