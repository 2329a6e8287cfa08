import type { NamedText } from "./named-text.ts";
import { parseYaml } from "./parse-yaml.ts";
import { hiddenValue } from "./problems/shown-value.ts";
import { projectName } from "./project-name.ts";

/** What a stack file comes to. */
export interface StackSettings {
  /** Every value as text by its full key, as `pulumi.runtime.allConfig()` returns them. */
  readonly values: Readonly<Record<string, string>>;
  /** Full keys that hold a secret, or a block with one inside. */
  readonly secretKeys: readonly string[];
}

/**
 * Reads a stack file's values as the engine gives them to a program: a key without a namespace is the project's own, and a
 * number, a boolean or a block becomes JSON text. The project file declares no config and so adds none.
 *
 * @throws {Error} when the file is no YAML
 */
export function parseStackFile(stackFile: NamedText): StackSettings {
  const own = Object.entries(block(block(parseYaml(stackFile))["config"])).map(
    ([key, value]) => [fullKey(key), value] as const,
  );
  return {
    values: Object.fromEntries(own.map(([key, value]) => [key, asText(withoutSecrets(value))])),
    secretKeys: own.filter(([, value]) => holdsSecret(value)).map(([key]) => key),
  };
}

/** The text that a value has in `allConfig()`: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fullKey(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${projectName}:${key}`;
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
