import { isSamePath, type KeyPath } from "../../infra/config/config-keys.ts";
import { hiddenValue } from "../../infra/config/problems/config-error.ts";
import { isStandIn } from "../../infra/config/secrets.ts";
import type { PlannedResource } from "./planned-resource.ts";

/** A secret on its way through a comparison: it can be compared, and is shown by {@link showHidden} alone. */
export class Hidden {
  readonly value: unknown;

  constructor(value: unknown) {
    this.value = value;
  }
}

/** A copy of a value with what is at these paths hidden. */
export function hide(value: unknown, paths: readonly KeyPath[]): unknown {
  return replaceAt(value, paths, (secret) => new Hidden(secret));
}

/** A copy of a value with `[secret]` for all that is hidden in it. */
export function showHidden(value: unknown): unknown {
  if (value instanceof Hidden) return hiddenValue;
  if (Array.isArray(value)) return value.map(showHidden);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, showHidden(inner)]));
}

/** What can hold secrets in a plan. */
export interface SecretivePlan {
  readonly resources: readonly Partial<PlannedResource>[];
  readonly outputs: Readonly<Record<string, unknown>>;
  readonly secretOutputs?: readonly KeyPath[];
}

/**
 * The plan as it may be printed or written to a file: `[secret]` for every secret. A stand-in for an encrypted value stays,
 * since it is made from what the repository shows and tells whether the secret was set anew.
 */
export function withoutSecrets<Plan extends SecretivePlan>(plan: Plan): Plan {
  const masked = <T>(value: T, paths: readonly KeyPath[] = []): T =>
    replaceAt(value, paths, (secret) => (isStandIn(secret) ? secret : hiddenValue)) as T;
  return {
    ...plan,
    resources: plan.resources.map((resource) => ({
      ...resource,
      inputs: masked(resource.inputs, resource.secretPaths),
      outputs: masked(resource.outputs, resource.secretPaths),
    })),
    outputs: masked(plan.outputs, plan.secretOutputs),
  };
}

function replaceAt(
  value: unknown,
  paths: readonly KeyPath[],
  replace: (secret: unknown) => unknown,
  at: KeyPath = [],
): unknown {
  if (paths.length === 0 || value === undefined) return value;
  if (paths.some((path) => isSamePath(path, at))) return replace(value);
  if (Array.isArray(value)) return value.map((entry, index) => replaceAt(entry, paths, replace, [...at, index]));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, replaceAt(inner, paths, replace, [...at, key])]),
  );
}
