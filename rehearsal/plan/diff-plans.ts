import type { KeyPath } from "../../infra/config/config-keys.ts";
import { diffValues, type PropertyChange } from "./diff-values.ts";
import { hide } from "./hide-secrets.ts";
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

/** What a plan is compared by. One that an older planner wrote does not tell where its secrets are. */
export interface ComparablePlan {
  readonly resources: readonly ComparableResource[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs?: readonly KeyPath[];
}

/** A resource of a plan that is compared. */
export type ComparableResource = Omit<PlannedResource, "secretPaths"> & Partial<Pick<PlannedResource, "secretPaths">>;

/**
 * What an update from one plan to the other changes in the cloud, resource by resource. Components and stack references
 * are no cloud resources and are left out; properties whose changes the program ignores are too. What is a secret in either
 * plan is compared and not shown.
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
  return diffHidden(before.outputs, after.outputs, [...(before.secretOutputs ?? []), ...(after.secretOutputs ?? [])]);
}

/** Changes without those of a time stamp into another, which two plans with clocks of their own always have. */
export function withoutTimeStamps(changes: readonly PropertyChange[]): PropertyChange[] {
  return changes.filter(({ before, after }) => !(isTimeStamp(before) && isTimeStamp(after)));
}

function isTimeStamp(value: unknown): boolean {
  return typeof value === "string" && /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(value);
}

function diffHidden(before: unknown, after: unknown, secretPaths: readonly KeyPath[]): PropertyChange[] {
  return diffValues(hide(before, secretPaths), hide(after, secretPaths));
}

function byUrn({ resources }: ComparablePlan): Map<string, ComparableResource> {
  const managed = resources.filter((resource) => resource.custom && resource.type !== "pulumi:pulumi:StackReference");
  return new Map(managed.map((resource) => [resource.urn, resource]));
}

function changeOf(before: ComparableResource | undefined, after: ComparableResource): ResourceChange | undefined {
  if (before === undefined) return change("create", after, []);
  const ignored = new Set(after.ignoreChanges);
  const secretPaths = [...(before.secretPaths ?? []), ...(after.secretPaths ?? [])];
  const properties = diffHidden(before.inputs, after.inputs, secretPaths).filter(
    ({ path }) => !ignored.has(path.split(/[.[]/)[0] ?? path),
  );
  return properties.length === 0 ? undefined : change("update", after, properties);
}

function change(
  kind: ResourceChange["kind"],
  { type, name, urn }: ComparableResource,
  properties: readonly PropertyChange[],
): ResourceChange {
  return { kind, type, name, urn, properties };
}
