import { createHash } from "node:crypto";
import { isBlock, type KeyPath } from "./config-keys.ts";

/*
 * Which values of a stack's config are secret: those that the stack file marks as encrypted, those that the engine lists, and
 * those that a provider's schema marks.
 */

/** Where a value, as the stack file has it, holds encrypted values. The path is empty where the value itself is one. */
export function encryptedWithin(value: unknown): readonly KeyPath[] {
  if (isEncrypted(value)) return [[]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const part = Array.isArray(value) ? Number(key) : key;
    return encryptedWithin(inner).map((path) => [part, ...path]);
  });
}

/** As `pulumi config set --secret` writes a value. */
function isEncrypted(value: unknown): value is { readonly secure: string } {
  return isBlock(value) && Object.keys(value).length === 1 && typeof value["secure"] === "string";
}

/**
 * A value as the stack file has it, with a stand-in such as `[secret 1f3a9c0b]` for each encrypted value. The stand-in is
 * made from the ciphertext, so that two plans differ where a secret was set again. It reveals nothing that the repository
 * does not show.
 */
export function withStandIns(value: unknown): unknown {
  if (isEncrypted(value)) {
    return `[secret ${createHash("sha256").update(value.secure).digest("hex").slice(0, 8)}]`;
  }
  if (Array.isArray(value)) return value.map(withStandIns);
  if (!isBlock(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, withStandIns(inner)]));
}

/** Whether a value is what {@link withStandIns} writes in place of an encrypted one. */
export function isStandIn(value: unknown): boolean {
  return typeof value === "string" && /^\[secret [0-9a-f]{8}\]$/.test(value);
}

/** Environment variable in which the engine tells the program which config keys hold secrets, as a JSON list. */
const secretKeysVariable = "PULUMI_CONFIG_SECRET_KEYS";

/**
 * The config keys whose values the engine decrypted. The SDK reads the same variable but has no accessor for the list.
 *
 * @returns `undefined` where the program runs without an engine, which cannot tell
 */
export function secretConfigKeys(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] | undefined {
  const list = environment[secretKeysVariable];
  return list === undefined || list === "" ? undefined : (JSON.parse(list) as string[]);
}

/**
 * Settings in which the project's providers take a credential, as the providers' schemas mark them secret. Credentials
 * belong in the environment. In a stack file they must be encrypted.
 */
export const providerCredentials = [
  "aws:accessKey",
  "aws:secretKey",
  "aws:token",
  "cloudflare:apiKey",
  "cloudflare:apiToken",
  "cloudflare:apiUserServiceKey",
  "postgresql:password",
  "vercel:apiToken",
] as const;
