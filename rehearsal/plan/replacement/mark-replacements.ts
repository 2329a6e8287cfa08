import type { ComparablePlan, ComparableResource, ResourceChange } from "../diff-plans.ts";
import type { PropertyChange } from "../diff-values.ts";
import { consequenceOf } from "./consequences.ts";
import { replacementTable } from "./replacement-table.ts";

/** A change, and whether the provider makes it by replacing the resource. */
export interface MarkedChange extends ResourceChange {
  /** Inputs that the resource is replaced for. Empty where it is changed in place, created or deleted. */
  readonly replacedFor: readonly string[];
  /** What the replacement means for people. */
  readonly consequence?: string;
}

/** Shorter texts, such as a port or a zone, name no resource. */
const shortestReference = 8;

/**
 * Marks the changes that replace a resource, and adds what follows: a resource that names a replaced one gets the new one's id,
 * and may be replaced for it in turn.
 */
export function markReplacements(
  changes: readonly ResourceChange[],
  before: ComparablePlan,
  after: ComparablePlan,
): readonly MarkedChange[] {
  const stays = new Set(before.resources.map(({ urn }) => urn));
  const existing = after.resources.filter(({ custom, urn }) => custom && stays.has(urn));
  const properties = new Map(changes.map((change) => [change.urn, change.properties]));
  const replaced = new Map<string, readonly string[]>();
  const references = referencesOf(after.resources);
  const queue = existing.filter(({ urn }) => properties.has(urn));
  for (let resource = queue.shift(); resource !== undefined; resource = queue.shift()) {
    const causes = replacingProperties(resource, properties.get(resource.urn) ?? []);
    const isNew = !replaced.has(resource.urn);
    if (causes.length === 0) continue;
    replaced.set(resource.urn, causes);
    if (!isNew) continue;
    for (const other of existing.filter((one) => one.urn !== resource.urn)) {
      const follows = followingChanges(other, resource, references.get(resource.urn) ?? []);
      const known = properties.get(other.urn) ?? [];
      const added = follows.filter(({ path }) => !known.some((one) => one.path === path));
      if (added.length === 0) continue;
      properties.set(other.urn, [...known, ...added]);
      queue.push(other);
    }
  }
  const updates = existing.flatMap((resource): ResourceChange[] => {
    const found = properties.get(resource.urn);
    const { type, name, urn } = resource;
    return found === undefined ? [] : [{ kind: "update", type, name, urn, properties: found }];
  });
  const all = [...changes.map((change) => updates.find(({ urn }) => urn === change.urn) ?? change), ...updates];
  const byUrn = new Map(after.resources.map((resource) => [resource.urn, resource]));
  return [...new Map(all.map((change) => [change.urn, change])).values()].map((change) => {
    const replacedFor = replaced.get(change.urn) ?? [];
    const resource = byUrn.get(change.urn);
    const consequence = replacedFor.length === 0 || resource === undefined ? undefined : consequenceOf(resource);
    return { ...change, replacedFor, ...(consequence === undefined ? {} : { consequence }) };
  });
}

/** The inputs among those that changed that the provider, or the program's own option, replaces the resource for. */
export function replacingProperties(
  { type, replaceOnChanges = [] }: Pick<ComparableResource, "type" | "replaceOnChanges">,
  changed: readonly PropertyChange[],
): readonly string[] {
  const { properties = [], alternatives = [] } = replacementTable[type] ?? {};
  const causes = changed.filter((change) => {
    const property = topLevel(change.path);
    if (properties.includes(property) || replaceOnChanges.includes(property) || property === providerPath) return true;
    return alternatives.includes(property) && (change.before === undefined || change.after === undefined);
  });
  return [...new Set(causes.map(({ path }) => topLevel(path)))];
}

/** A resource whose provider is replaced is replaced with it. */
const providerPath = "(provider)";

function topLevel(path: string): string {
  return path.split(/[.[]/)[0] ?? path;
}

/** The texts that name one resource to others, by its URN: what its provider answered, and no other resource has. */
function referencesOf(resources: readonly ComparableResource[]): ReadonlyMap<string, readonly string[]> {
  const answers = resources.map(({ urn, id, inputs, outputs }) => {
    const given = new Set(Object.values(inputs));
    const texts = new Set([id, ...Object.values(outputs)].filter((value) => typeof value === "string"));
    return [urn, [...texts].filter((text) => text.length >= shortestReference && !given.has(text))] as const;
  });
  const counts = new Map<string, number>();
  for (const [, texts] of answers) for (const text of texts) counts.set(text, (counts.get(text) ?? 0) + 1);
  return new Map(answers.map(([urn, texts]) => [urn, texts.filter((text) => counts.get(text) === 1)]));
}

/** What changes in a resource because another one that it names is replaced. No value is shown: it may be a secret. */
function followingChanges(
  { inputs, ignoreChanges, provider }: ComparableResource,
  replaced: ComparableResource,
  references: readonly string[],
): PropertyChange[] {
  const change = (path: string) => ({ path, before: `${replaced.type} ${replaced.name}`, after: "its replacement" });
  if (provider?.startsWith(`${replaced.urn}::`)) return [change(providerPath)];
  const holders = Object.keys(inputs).filter((property) => !ignoreChanges.includes(property));
  return holders.flatMap((property) => pathsOf(inputs[property], references, property)).map(change);
}

function pathsOf(value: unknown, references: readonly string[], path: string): string[] {
  if (typeof value === "string") return references.some((reference) => value.includes(reference)) ? [path] : [];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) =>
    pathsOf(inner, references, Array.isArray(value) ? `${path}[${key}]` : `${path}.${key}`),
  );
}
