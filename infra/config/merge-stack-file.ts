import type { NamedText } from "./named-text.ts";
import { parseYaml } from "./parse-yaml.ts";
import { hiddenValue } from "./problems/shown-value.ts";

/** What a stack file and its project's defaults come to. */
export interface StackSettings {
  /** Every value as text by its full key, as `pulumi.runtime.allConfig()` returns them. */
  readonly values: Readonly<Record<string, string>>;
  /** Full keys that hold a secret, or a block with one inside. */
  readonly secretKeys: readonly string[];
}

/**
 * Merges a project file's defaults and a stack file into the values that the engine gives a program.
 *
 * It follows the engine: a key without a namespace is the project's own, a default counts where the stack has no such key
 * at all, blocks are not merged into each other, and a number, a boolean or a block becomes JSON text.
 */
export function mergeStackFile(projectFile: NamedText, stackFile: NamedText): StackSettings {
  const project = block(parseYaml(projectFile));
  const namespace = String(project["name"]);
  const defaults = Object.entries(block(project["config"])).map(
    ([key, declared]) => [fullKey(key, namespace), declaredValue(declared)] as const,
  );
  const own = Object.entries(block(block(parseYaml(stackFile))["config"])).map(
    ([key, value]) => [fullKey(key, namespace), value] as const,
  );
  const merged = Object.entries({
    ...Object.fromEntries(defaults.filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(own),
  });
  return {
    values: Object.fromEntries(merged.map(([key, value]) => [key, asText(withoutSecrets(value))])),
    secretKeys: merged.filter(([, value]) => holdsSecret(value)).map(([key]) => key),
  };
}

/** The text that a value has in `allConfig()`: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fullKey(key: string, namespace: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${namespace}:${key}`;
}

/** A declaration is a type with a default, a fixed value for a provider's key, or, in short, the value itself. */
function declaredValue(declared: unknown): unknown {
  if (!isBlock(declared)) return declared;
  return declared["default"] ?? declared["value"];
}

function isSecret(value: unknown): boolean {
  return isBlock(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function holdsSecret(value: unknown): boolean {
  if (isSecret(value)) return true;
  return typeof value === "object" && value !== null && Object.values(value).some(holdsSecret);
}

function withoutSecrets(value: unknown): unknown {
  if (isSecret(value)) return hiddenValue;
  if (Array.isArray(value)) return value.map(withoutSecrets);
  if (!isBlock(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withoutSecrets(inner)]));
}

function block(value: unknown): Readonly<Record<string, unknown>> {
  return isBlock(value) ? value : {};
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
