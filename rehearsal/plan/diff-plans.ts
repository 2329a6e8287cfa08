import { diffValues, type PropertyChange } from "./diff-values.ts";
import type { PlannedResource } from "./planned-resource.ts";

/** What one update would do to one resource. */
export interface ResourceChange {
  readonly kind: "create" | "update" | "delete";
  readonly type: string;
  readonly name: string;
  readonly urn: string;
  /** The inputs that differ; empty for a create or a delete. */
  readonly properties: readonly PropertyChange[];
}

/** What a plan is compared by. */
export interface ComparablePlan {
  readonly resources: readonly PlannedResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
}

/**
 * What an update from one plan to the other changes in the cloud, resource by resource. Components and stack references
 * are no cloud resources and are left out; properties whose changes the program ignores are too.
 */
export function diffPlans(before: ComparablePlan, after: ComparablePlan): ResourceChange[] {
  const old = byUrn(before);
  const fresh = byUrn(after);
  return [
    ...[...fresh.values()].flatMap((resource) => changeOf(old.get(resource.urn), resource) ?? []),
    ...[...old.values()]
      .filter((resource) => !fresh.has(resource.urn))
      .map((resource) => change("delete", resource, [])),
  ];
}

/** Stack outputs that differ, property by property. */
export function diffOutputs(before: ComparablePlan, after: ComparablePlan): PropertyChange[] {
  return diffValues(before.outputs, after.outputs);
}

function byUrn({ resources }: ComparablePlan): Map<string, PlannedResource> {
  const managed = resources.filter((resource) => resource.custom && resource.type !== "pulumi:pulumi:StackReference");
  return new Map(managed.map((resource) => [resource.urn, resource]));
}

function changeOf(before: PlannedResource | undefined, after: PlannedResource): ResourceChange | undefined {
  if (before === undefined) return change("create", after, []);
  const ignored = new Set(after.ignoreChanges);
  const properties = diffValues(before.inputs, after.inputs).filter(
    ({ path }) => !ignored.has(path.split(/[.[]/)[0] ?? path),
  );
  return properties.length === 0 ? undefined : change("update", after, properties);
}

function change(
  kind: ResourceChange["kind"],
  { type, name, urn }: PlannedResource,
  properties: readonly PropertyChange[],
): ResourceChange {
  return { kind, type, name, urn, properties };
}
