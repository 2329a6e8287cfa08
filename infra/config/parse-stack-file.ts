import { createHash } from "node:crypto";
import { type KeyPath, projectName } from "./config-keys.ts";
import type { NamedText } from "./named-text.ts";
import { parseYaml } from "./parse-yaml.ts";

/** What a stack file comes to. */
export interface StackSettings {
  /** Every value as text by its full key, as `pulumi.runtime.allConfig()` returns them. */
  readonly values: Readonly<Record<string, string>>;
  /**
   * Where the file holds an encrypted value (`secure:`). The first part is the full key:
   * `["celebrant-portal:applicationSecrets", "STRIPE_SECRET_KEY"]`.
   */
  readonly encryptedPaths: readonly KeyPath[];
}

/**
 * Reads a stack file's values as the engine gives them to a program: a key without a namespace is the project's own, and a
 * number, a boolean or a block becomes JSON text. The project file declares no config and so adds none.
 *
 * Nothing is decrypted: an encrypted value reads as a {@link withStandIns stand-in}.
 *
 * @throws {Error} when the file is not valid YAML
 */
export function parseStackFile(stackFile: NamedText): StackSettings {
  const own = Object.entries(block(block(parseYaml(stackFile))["config"])).map(
    ([key, value]) => [fullKey(key), value] as const,
  );
  return {
    values: Object.fromEntries(own.map(([key, value]) => [key, asText(withStandIns(value))])),
    encryptedPaths: own.flatMap(([key, value]) => encryptedWithin(value).map((path) => [key, ...path])),
  };
}

/** Full keys that hold a secret, or a block with one inside: all that the engine tells a program of its secrets. */
export function secretKeysOf({ encryptedPaths }: StackSettings): readonly string[] {
  return [...new Set(encryptedPaths.map(([key]) => String(key)))];
}

/** The text that a value has in `allConfig()`: text as it is, everything else as JSON. */
export function asText(value: unknown): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

function fullKey(key: string): string {
  return key.includes(":") ? key.replace(/^([^:]+):config:/, "$1:") : `${projectName}:${key}`;
}

/** Where a value as the file has it holds encrypted ones; the empty path where it is one itself. */
export function encryptedWithin(value: unknown): readonly KeyPath[] {
  if (isEncrypted(value)) return [[]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const part = Array.isArray(value) ? Number(key) : key;
    return encryptedWithin(inner).map((path) => [part, ...path]);
  });
}

/**
 * A value as the file has it, with a stand-in for each encrypted one, such as `[secret 1f3a9c0b]`. It is made from the
 * ciphertext, which the repository shows anyway, so that two plans differ where a secret was set anew.
 */
export function withStandIns(value: unknown): unknown {
  if (isEncrypted(value)) {
    return `[secret ${createHash("sha256").update(value.secure).digest("hex").slice(0, 8)}]`;
  }
  if (Array.isArray(value)) return value.map(withStandIns);
  if (!isBlock(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withStandIns(inner)]));
}

/** Whether a value is what {@link withStandIns} puts in place of an encrypted one. */
export function isStandIn(value: unknown): boolean {
  return typeof value === "string" && /^\[secret [0-9a-f]{8}\]$/.test(value);
}

/** As `pulumi config set --secret` writes a value. */
function isEncrypted(value: unknown): value is { readonly secure: string } {
  return isBlock(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

function block(value: unknown): Readonly<Record<string, unknown>> {
  return isBlock(value) ? value : {};
}

function isBlock(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
