import type { KeyPath } from "../../infra/config/config-keys.ts";

/** A plain object whose secrets are in the clear. */
export type Unwrapped = Readonly<Record<string, unknown>>;

/** The SDK marks a value on the wire with this key; see `specialSigKey` and `specialSecretSig` in its `runtime/rpc`. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Replaces each secret in `properties`, at any depth, by its value. */
export function unwrapSecrets(properties: Readonly<Record<string, unknown>>): Unwrapped {
  return unwrap(properties) as Unwrapped;
}

/** Where `properties` hold secrets, as paths into what {@link unwrapSecrets} makes of them. */
export function secretPaths(properties: unknown, path: KeyPath = []): readonly KeyPath[] {
  if (typeof properties !== "object" || properties === null) return [];
  if (isSecret(properties)) return [path];
  return Object.entries(properties).flatMap(([key, inner]) =>
    secretPaths(inner, [...path, Array.isArray(properties) ? Number(key) : key]),
  );
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  if (isSecret(value)) return unwrap(value["value"]);
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, unwrap(inner)]));
}

function isSecret(value: object): value is { readonly value: unknown } {
  return (value as Readonly<Record<string, unknown>>)[signatureKey] === secretSignature;
}
