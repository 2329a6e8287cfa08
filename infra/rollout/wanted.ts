import { writeSecretSettings } from "../../components/api/secret-settings.ts";
import { writeTaskSettings } from "../../components/api/task-settings.ts";
import { byColour } from "../../rollout/colour.ts";
import type { WantedRollout } from "../../rollout/move.ts";
import { type Allowance, allowedByDefault, type SettingKey } from "../../rollout/override.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { type AskedVersions, askedVersions, type IsVersion } from "../../rollout/release-secrets.ts";
import type { Schedule } from "../../rollout/schedule.ts";
import { secretKey, versionText } from "../../rollout/secret-versions.ts";
import type { Settings } from "../../rollout/settings.ts";
import { areSameKeys } from "../../rollout/signing-keys.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import { fingerprintOf } from "../../rollout/used-reasons.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";

/**
 * What the config asks of the rollout.
 *
 * @param versions which version each application secret is, by its name; default the first
 */
export function wantedRollout(
  config: StageConfig,
  versions: Readonly<Record<string, number>> = firstVersions(config),
): WantedRollout {
  const { liveColour, candidateWeight, images, rolloutOverride, rolloutOverrideAllows, signingKey, api, rollout } =
    config;
  const signingKeys = {
    current: signingKey,
    alsoAccepted: config.alsoAcceptedSigningKey ?? null,
    loginLifetimeSeconds: parseDurationSeconds(api.loginLifetime),
  };
  const secretSettings = Object.fromEntries(
    Object.entries(versions).map(([name, version]) => [secretKey(name), versionText(version)]),
  );
  return {
    liveColour,
    weightPercent: candidateWeight,
    images: { blue: images.blue ?? null, green: images.green ?? null },
    labels: byColour((colour) => config.imageLabels?.[colour] ?? null),
    settings: {
      ...settingsOf(config),
      ...secretSettings,
      // It gives live what is staged in the candidate. Absent where it is false, as in a record of an older version.
      ...(rollout.changeLiveInPlace ? { "rollout.changeLiveInPlace": true } : {}),
    },
    safeguards: safeguardsOf(config),
    taskSettings: { ...writeTaskSettings(api), ...writeSecretSettings(versions, config.taskSecrets) },
    ...(rollout.changeLiveInPlace ? { changesLiveInPlace: true } : {}),
    ...(areSameKeys(signingKeys) ? {} : { signingKeys }),
    ...(rolloutOverride === undefined
      ? {}
      : { override: { reason: rolloutOverride, allows: allowancesIn(rolloutOverrideAllows) } }),
  };
}

/** The first version of each application secret. */
export function firstVersions({ applicationSecrets }: Pick<StageConfig, "applicationSecrets">) {
  return Object.fromEntries(Object.keys(applicationSecrets).map((name) => [name, 1]));
}

/** What the config asks for after an update, with the version that each of its secrets is. */
export function wantedAfter(
  config: StageConfig,
  previous: RolloutRecord | null,
  isVersion: IsVersion,
): { readonly wanted: WantedRollout; readonly asked: AskedVersions } {
  const names = Object.keys(config.applicationSecrets);
  const asked = askedVersions(names, { previous, wanted: wantedRollout(config) }, isVersion);
  return { wanted: wantedRollout(config, asked.versions), asked };
}

/**
 * What of the config's blocks may change while the candidate has traffic: what the rollout's own rules judge, room for more
 * tasks, protection against an attack, who is told of an alarm, the frontend, which has a rollout of its own, what
 * `verify` checks, who accepts a release, and what notices to users say. Secrets are here by their versions. A value outside of a block is the rollout's own, or says how things are shown.
 */
const free: readonly string[] = [
  "images",
  "imageLabels",
  "acceptedFindings",
  "rollout",
  "applicationSecrets",
  "api.minTasks",
  "api.maxTasks",
  "edge",
  "alerts.notify",
  "alerts.messages",
  "mail.reportsTo",
  "frontend",
  "verify",
  "acceptance",
  "notices",
];

/**
 * What of the free keys guards a rollout or is a resource: it may change at any weight, but in no edit that raises it. The
 * schedule is judged by itself.
 */
const guarding: readonly string[] = [
  "rollout.automaticCheck",
  "rollout.guardrails",
  "rollout.feedback",
  "rollout.rollbackWindow",
  "api.minTasks",
  "api.maxTasks",
  "edge",
  "frontend",
  "verify.required",
  "verify.integrityRequired",
  "verify.validFor",
];

/** The settings that both colours run with, by their dotted key. */
function settingsOf(config: StageConfig): Settings {
  return Object.fromEntries(flatSettings(config).filter(([key]) => !isBelow(free, key)));
}

/** What guards the rollout, by its dotted key. Of the receivers only a fingerprint: the record is no list of addresses. */
function safeguardsOf(config: StageConfig): Settings {
  // Whether the frontend may go out with the steps is said with each release, and changes no resource.
  const guards = flatSettings(config).filter(([key]) => isBelow(guarding, key) && key !== "frontend.compatible");
  const { notify } = config.alerts;
  return { ...Object.fromEntries(guards), "alerts.notify": `${notify.length} (${fingerprintOf(notify.join())})` };
}

function isBelow(keys: readonly string[], key: string): boolean {
  return keys.some((one) => key === one || key.startsWith(`${one}.`));
}

/** Every value inside a block, by its dotted key. */
function flatSettings(config: StageConfig): readonly (readonly [string, Settings[SettingKey]])[] {
  const flat = (key: string, value: unknown): readonly (readonly [string, Settings[SettingKey]])[] => {
    if (value === undefined || value === null) return [];
    if (Array.isArray(value)) return [[key, JSON.stringify(value)]];
    if (typeof value === "object") {
      return Object.entries(value).flatMap(([name, inner]) => flat(`${key}.${name}`, inner));
    }
    const isSetting = key.includes(".") && ["string", "number", "boolean"].includes(typeof value);
    return isSetting ? [[key, value as Settings[SettingKey]]] : [];
  };
  return Object.entries(config).flatMap(([key, value]) => flat(key, value));
}

/** The names in `rolloutOverrideAllows`, a text that the schema has judged. */
function allowancesIn(text: string | undefined): readonly Allowance[] {
  if (text === undefined) return allowedByDefault;
  return text.split(",").map((word) => word.trim() as Allowance);
}

function mostFailedRequestsOf(mostFailedRequests: number | undefined): Pick<Schedule, "mostFailedRequests"> {
  return mostFailedRequests === undefined ? {} : { mostFailedRequests };
}

/** The schedule as the rules read it: durations in seconds. */
export function scheduleOf({
  steps,
  onLimit,
  exposure,
  automaticCheck,
  rollbackWindow,
  freezeWindows,
  weeklyFreezeWindows,
}: StageConfig["rollout"]): Schedule {
  return {
    steps: steps.map(({ weight, bake, limit }) => ({
      weightPercent: weight,
      bakeSeconds: parseDurationSeconds(bake),
      bakeText: bake,
      ...(limit === undefined ? {} : { limitSeconds: parseDurationSeconds(limit) }),
    })),
    ...(onLimit === "rollback" ? { onLimit } : {}),
    ...mostFailedRequestsOf(automaticCheck ? exposure?.failedRequests : 0),
    rollbackWindowSeconds: parseDurationSeconds(rollbackWindow),
    freezeWindows,
    ...(weeklyFreezeWindows.length === 0 ? {} : { weeklyFreezeWindows }),
  };
}
