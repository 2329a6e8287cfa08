import { hiddenValue } from "../../../infra/config/problems/config-error.ts";
import type { ResourceChange } from "../diff-plans.ts";
import type { PropertyChange } from "../diff-values.ts";

const signs = { create: "+", update: "~", delete: "-" } as const;

/** Lists what an update changes: each resource, and each property from what to what. Secrets are not shown. */
export function renderChanges(changes: readonly ResourceChange[], outputs: readonly PropertyChange[]): string {
  const head =
    changes.length === 0
      ? "No cloud resource changes."
      : `${changes.length} cloud resource${changes.length === 1 ? " changes" : "s change"}:`;
  const lines = changes.flatMap(({ kind, type, name, properties }) => [
    `${signs[kind]} ${type} ${name}`,
    ...properties.map((property) => `    ${renderProperty(property)}`),
  ]);
  const outputLines =
    outputs.length === 0 ? [] : ["stack outputs:", ...outputs.map((output) => `    ${renderProperty(output)}`)];
  return [head, ...lines, ...outputLines].join("\n");
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
