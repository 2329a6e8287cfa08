import { otherColour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { isSecretKey, secretName, versionsIn, versionText } from "../../rollout/secret-versions.ts";
import { changedSettings, shownSetting } from "../../rollout/settings.ts";

/** What releases have otherwise since an update, a line for settings and one for secrets: `Secrets: STRIPE_SECRET_KEY.` */
export function changedLines(keys: readonly string[]): readonly string[] {
  const settings = keys.filter((key) => !isSecretKey(key));
  const secrets = keys.filter(isSecretKey).map(secretName);
  return [
    ...(settings.length === 0 ? [] : [`Settings: ${settings.join(", ")}.`]),
    ...(secrets.length === 0 ? [] : [`Secrets: ${secrets.join(", ")}.`]),
  ];
}

/** A setting or a secret that the candidate's release has otherwise than live's. A secret's value is its version. */
export interface ReleaseDifference {
  readonly key: string;
  readonly candidate: string;
  readonly live: string;
}

/** What the candidate's release has otherwise than live's, besides the image. Empty where nobody knows, and without a candidate. */
export function differencesOf({ liveColour, releaseSettings }: RolloutRecord): readonly ReleaseDifference[] {
  const [live, candidate] = [releaseSettings?.[liveColour], releaseSettings?.[otherColour(liveColour)]];
  if (!live || !candidate) return [];
  return changedSettings(live, candidate).map((key) => {
    return { key, candidate: shownSetting(candidate[key]), live: shownSetting(live[key]) };
  });
}

/** Versions of secrets that exist and that no release names, in words: `STRIPE_SECRET_KEY version 1`. */
export function unnamedVersions({ releaseSettings, secretVersions = {} }: RolloutRecord): readonly string[] {
  const named = Object.values(releaseSettings ?? {}).map((release) => versionsIn(release ?? {}));
  return Object.entries(secretVersions).flatMap(([name, { kept }]) =>
    kept
      .filter((version) => !named.some((versions) => versions[name] === version))
      .map((version) => `${name} ${versionText(version)}`),
  );
}
