import { createHmac } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { z } from "zod";
import type { IsVersion } from "../../rollout/release-secrets.ts";

/**
 * Fingerprints of the values that the versions of the application secrets have, by name and number.
 *
 * The program compares the config's values with them, because the values of older versions are in no config any more. They are a
 * stack output that Pulumi encrypts. Besides, each is a keyed one (HMAC, RFC 2104), so that nobody can find a value by trying
 * likely ones on a fingerprint alone.
 */
export interface SecretFingerprints {
  readonly key: string;
  readonly values: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

const schema: z.ZodType<SecretFingerprints> = z.object({
  key: z.string().min(32),
  values: z.record(z.string(), z.record(z.string(), z.string())),
});

/** Reads the output of the last update; undefined where there is none, or where it was read without being decrypted. */
export function readFingerprints(output: unknown): SecretFingerprints | undefined {
  return schema.safeParse(output).data;
}

/** Says of a value of the config whether a version has it. */
export function versionTest(
  fingerprints: SecretFingerprints | undefined,
  config: Readonly<Record<string, string>>,
): IsVersion {
  return (name, version) => {
    const known = fingerprints?.values[name]?.[version];
    const value = config[name];
    if (fingerprints === undefined || known === undefined || value === undefined) return undefined;
    return fingerprint(fingerprints.key, name, value) === known;
  };
}

function fingerprint(key: string, name: string, value: string): string {
  return createHmac("sha256", key).update(`${name}\0${value}`).digest("hex");
}

/** What the fingerprints after an update are made from. */
export interface FingerprintsArgs {
  readonly previous: SecretFingerprints | undefined;
  /** The versions that exist after the update. */
  readonly kept: Readonly<Record<string, readonly number[]>>;
  /** Values that are known to be those of a version, by name. */
  readonly known: Readonly<Record<string, { readonly version: number; readonly value: string }>>;
}

/** Characters of the key: letters and digits, 381 bits. */
const keyLength = 64;

/**
 * The stack output. Its key comes from the output before, and at first from a resource: a preview and the update that is bound
 * to it must make the same one, which random bytes of the program's own would not be.
 *
 * @param name what logical names of the stage begin with
 */
export function writeFingerprints(name: string, { previous, kept, known }: FingerprintsArgs): pulumi.Output<unknown> {
  const key = new RandomPassword(`${name}-secret-fingerprints`, { length: keyLength, special: false });
  return pulumi.secret(
    pulumi.output(previous?.key ?? key.result).apply((secretKey) => {
      const ofVersion = (secret: string, version: number): readonly (readonly [string, string])[] => {
        const value = known[secret]?.version === version ? known[secret].value : undefined;
        const print = value === undefined ? previous?.values[secret]?.[version] : fingerprint(secretKey, secret, value);
        return print === undefined ? [] : [[String(version), print]];
      };
      const values = Object.entries(kept).map(([secret, versions]) => [
        secret,
        Object.fromEntries(versions.flatMap((version) => ofVersion(secret, version))),
      ]);
      return { key: secretKey, values: Object.fromEntries(values) } satisfies SecretFingerprints;
    }),
  );
}
