import { hiddenValue } from "../../../infra/config/problems/config-error.ts";
import type { PropertyChange } from "../diff-values.ts";
import type { MarkedChange } from "../replacement/mark-replacements.ts";

const signs = { create: "+", update: "~", delete: "-" } as const;

/**
 * Lists what an update changes: each resource, and each property from what to what. `+-` marks a resource that is replaced, with
 * what forces it and what that means for people. Secrets are not shown.
 */
export function renderChanges(changes: readonly MarkedChange[], outputs: readonly PropertyChange[]): string {
  const replaced = changes.filter(({ replacedFor }) => replacedFor.length > 0).length;
  const head =
    changes.length === 0
      ? "No cloud resource changes."
      : `${changes.length} cloud resource${changes.length === 1 ? " changes" : "s change"}${replaced === 0 ? "" : `, ${replaced} by replacement`}:`;
  const lines = changes.flatMap(({ kind, type, name, properties, replacedFor, consequence }) => [
    `${replacedFor.length > 0 ? "+-" : signs[kind]} ${type} ${name}`,
    ...properties.map((property) => `    ${renderProperty(property)}${forces(property, replacedFor)}`),
    ...(consequence === undefined ? [] : [`    ! ${consequence}`]),
  ]);
  const outputLines =
    outputs.length === 0 ? [] : ["stack outputs:", ...outputs.map((output) => `    ${renderProperty(output)}`)];
  return [head, ...lines, ...outputLines].join("\n");
}

function forces({ path }: PropertyChange, replacedFor: readonly string[]): string {
  return replacedFor.includes(path.split(/[.[]/)[0] ?? path) ? " (forces replacement)" : "";
}

function renderProperty({ path, before, after }: PropertyChange): string {
  if (before === hiddenValue && after === hiddenValue) return `${path}: ${hiddenValue}, changed`;
  return `${path}: ${shown(before)} -> ${shown(after)}`;
}

function shown(value: unknown): string {
  if (value === undefined) return "(absent)";
  const text = JSON.stringify(value);
  return text.length > 160 ? `${text.slice(0, 157)}...` : text;
}
