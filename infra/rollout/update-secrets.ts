import type { SecretVersionArgs } from "../../components/api/api-secrets.ts";
import { type ReleaseSecrets, readSecretSettings, writeSecretSettings } from "../../components/api/secret-settings.ts";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { Move } from "../../rollout/move.ts";
import { type AskedVersions, type IsVersion, keptVersions, namesVersions } from "../../rollout/release-secrets.ts";
import type { Settings } from "../../rollout/settings.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import { firstVersions } from "./wanted.ts";

/** The secrets of an update. */
export interface UpdateSecrets {
  /** What each colour's tasks start with. */
  readonly releases: Readonly<Record<Colour, ReleaseSecrets>>;
  /** Every version that must exist after it. */
  readonly stored: readonly SecretVersionArgs[];
  /** The same by name, for the record; undefined where the tasks name no versions yet. */
  readonly kept: Readonly<Record<string, readonly number[]>> | undefined;
  /** Values that are known to be those of a version. */
  readonly known: Readonly<Record<string, { readonly version: number; readonly value: string }>>;
}

/** What decides about the secrets of an update. */
interface SecretsRequest {
  readonly move: Move;
  readonly config: Pick<StageConfig, "applicationSecrets" | "taskSecrets">;
  readonly asked: AskedVersions;
  readonly isVersion: IsVersion;
  /** What each colour runs with after the update, as `settingsAfter` gives it. */
  readonly settings: Readonly<Record<Colour, Settings>> | undefined;
}

/**
 * Which versions of the application secrets an update needs, and what they hold.
 *
 * Only the config's own values are at hand. A version that has one of them gets it, so that it can be made again where it was
 * deleted by hand. Any other keeps what it has.
 */
export function updateSecrets(request: SecretsRequest): UpdateSecrets {
  const { move, config, asked, isVersion, settings } = request;
  const { applicationSecrets, taskSecrets } = config;
  if (settings === undefined || !namesVersions(move)) {
    const versions = firstVersions(config);
    const release = readSecretSettings(writeSecretSettings(versions, taskSecrets));
    const stored = Object.entries(versions).map(([name, version]) => {
      return { name, version, value: applicationSecrets[name], keepsValue: true };
    });
    return { releases: byColour(() => release), stored, kept: undefined, known: {} };
  }
  const ofImages = byColour((colour) => (move.wanted.images[colour] === null ? null : settings[colour]));
  const kept = keptVersions(move, ofImages);
  const recorded = move.previous?.secretVersions;
  const known = Object.entries(asked.versions).flatMap(([name, version]) => {
    const value = applicationSecrets[name];
    const isNew = recorded?.[name]?.kept.includes(version) !== true;
    return value !== undefined && (isNew || isVersion(name, version) === true)
      ? [[name, { version, value }] as const]
      : [];
  });
  const values = Object.fromEntries(known);
  const stored = Object.entries(kept).flatMap(([name, versions]) =>
    versions.map((version): SecretVersionArgs => {
      const value = values[name]?.version === version ? values[name].value : undefined;
      return { name, version, value, keepsValue: value === undefined };
    }),
  );
  return { releases: byColour((colour) => readSecretSettings(settings[colour])), stored, kept, known: values };
}
