import { z } from "zod";
import type { SettingKey } from "./override.ts";
import type { Settings } from "./settings.ts";

/*
 * A value of an application secret has a number, and each number is a secret of its own in Secrets Manager, whose value never
 * changes. A release names the number of each of its secrets, beside its settings: `applicationSecrets.STRIPE_SECRET_KEY` is
 * `version 2` there. So a changed value is a changed setting, and goes out, comes back and is refused as one.
 */

/** What the record knows of one application secret. */
interface SecretVersions {
  /** The versions that exist in Secrets Manager, in rising order. Empty where none does any more. */
  readonly kept: readonly number[];
  /** The highest so far. A number is never given to another value. */
  readonly last: number;
}

/** By the secret's name, such as `STRIPE_SECRET_KEY`. */
export type VersionsBySecret = Readonly<Record<string, SecretVersions>>;

/** As the record holds them. */
export const versionsBySecretSchema: z.ZodType<VersionsBySecret> = z.record(
  z.string(),
  z.strictObject({ kept: z.array(z.int().min(1)), last: z.int().min(1) }),
);

const prefix = "applicationSecrets.";

/** The key of a secret in the stack file and in a release: `applicationSecrets.STRIPE_SECRET_KEY`. */
export function secretKey(name: string): SettingKey {
  return `${prefix}${name}`;
}

/** A version as a release's settings have it, and as people read it. */
export function versionText(version: number): string {
  return `version ${version}`;
}

/** Whether a key is that of an application secret. */
export function isSecretKey(key: string): boolean {
  return key.startsWith(prefix);
}

/** The name of the secret that such a key is of. */
export function secretName(key: string): string {
  return key.slice(prefix.length);
}

/** The versions that a release names, by the secret's name. */
export function versionsIn(release: Settings): Readonly<Record<string, number>> {
  return Object.fromEntries(
    Object.entries(release).flatMap(([key, value]) => {
      if (!isSecretKey(key)) return [];
      const version = /^version (\d+)$/.exec(String(value))?.[1];
      return version === undefined ? [] : [[secretName(key), Number(version)]];
    }),
  );
}

/**
 * What the record knows of the versions after an update.
 *
 * @param kept those that exist now; undefined where this update named none
 */
export function nextVersions(
  previous: VersionsBySecret | undefined,
  kept: Readonly<Record<string, readonly number[]>> | undefined,
): VersionsBySecret | undefined {
  if (kept === undefined) return previous;
  const names = [...new Set([...Object.keys(previous ?? {}), ...Object.keys(kept)])].sort();
  return Object.fromEntries(
    names.map((name) => {
      const versions = kept[name] ?? [];
      return [name, { kept: versions, last: Math.max(previous?.[name]?.last ?? 1, ...versions) }];
    }),
  );
}
