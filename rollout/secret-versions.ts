import { z } from "zod";

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
