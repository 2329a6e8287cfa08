/** A plain object whose secrets are in the clear. */
export type Unwrapped = Readonly<Record<string, unknown>>;

/** The SDK marks a value on the wire with this key; see `specialSigKey` and `specialSecretSig` in its `runtime/rpc`. */
const signatureKey = "4dabf18193072939515e22adb298388d";
const secretSignature = "1b47061264138c4ac30d75fd1eb44270";

/** Replaces each secret in `properties`, at any depth, by its value. */
export function unwrapSecrets(properties: Readonly<Record<string, unknown>>): Unwrapped {
  return unwrap(properties) as Unwrapped;
}

function unwrap(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrap);
  if (typeof value !== "object" || value === null) return value;
  const properties = value as Readonly<Record<string, unknown>>;
  if (properties[signatureKey] === secretSignature) return unwrap(properties["value"]);
  return Object.fromEntries(Object.entries(properties).map(([key, inner]) => [key, unwrap(inner)]));
}
