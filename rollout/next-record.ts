import { boundHistory } from "./bounded-history.ts";
import { beginsCandidate, candidateSince } from "./candidate-since.ts";
import { byColour, type Colour, colours } from "./colour.ts";
import { type ContractMigration, contractsToKeep } from "./contract-migrations.ts";
import { moveKind } from "./move.ts";
import { liftedParts, type SettingKey } from "./override.ts";
import type { DeployedFile, GateFigures, HistoryEntry, RolloutEvent, RolloutRecord } from "./record.ts";
import type { SettingsByColour } from "./release.ts";
import { describedReleases, type LabelsByColour, releasesAfter, releasesOf } from "./releases.ts";
import type { Schedule, ScheduleInForce } from "./schedule.ts";
import { nextVersions } from "./secret-versions.ts";
import { changedSettings, type Settings } from "./settings.ts";
import { areSameKeys, nextSigningKeys, type WantedSigningKeys } from "./signing-keys.ts";

/** What an update made true, read from the resources it changed. */
export interface ObservedRollout extends Pick<RolloutRecord, "liveColour" | "weightPercent" | "images"> {
  /** The keys that the tasks start with. Absent where the config names none. */
  readonly signingKeys?: WantedSigningKeys | undefined;
  /** The config's schedule, which the rules have let through. Absent where nobody needs it kept. */
  readonly schedule?: Schedule | undefined;
  /** The config's settings, likewise. */
  readonly settings?: Settings | undefined;
  /** What guards the rollout, likewise. */
  readonly safeguards?: Settings | undefined;
  /** What each colour's tasks see of the config. Absent where nobody could tell. */
  readonly releaseSettings?: SettingsByColour | undefined;
  /** The versions of the application secrets that exist, by name. Absent where the releases name none. */
  readonly keptSecrets?: Readonly<Record<string, readonly number[]>> | undefined;
  /** What people call the images. Absent where nobody could tell. */
  readonly labels?: LabelsByColour | undefined;
  /** The `contract` migrations that are known, also by the last record. Absent where nobody could tell. */
  readonly contracts?: readonly ContractMigration[] | undefined;
}

/** What let an update through. */
export interface Because {
  /** The written reason that went with it. */
  readonly override?: string | undefined;
  /** What the reason let through. */
  readonly overrode?: readonly string[] | undefined;
  /** What its gate rested on. */
  readonly gate?: GateFigures | undefined;
  /** When the latch was set, ISO 8601; undefined while it is clear. What stood then stays in the history. */
  readonly latchSetAt?: string | undefined;
}

/**
 * The record after an update.
 *
 * @param previous what the last update left behind; null on the first deployment
 * @param observed what the resources themselves answered, never the config: an update whose rule change failed must
 *   leave the old step in the record
 * @param at the update's one clock
 * @param because what let the update through: the written reason, and what its gate rested on
 * @returns `previous` itself where nothing changed and no protection was lifted, so that an update without a move changes no
 *   output
 */
export function nextRecord(
  previous: RolloutRecord | null,
  observed: ObservedRollout,
  at: Date,
  because: Because = {},
): RolloutRecord {
  const lifted = liftedParts(because.overrode ?? []).length > 0;
  const event = eventOf(previous, observed) ?? (lifted ? "unprotected" : undefined);
  const secretVersions = nextVersions(previous?.secretVersions, observed.keptSecrets);
  const labels = labelsAfter(previous, observed);
  const file = deployedFile(observed);
  if (event === undefined && previous !== null) {
    return withContracts(withFile(relabelled(withVersions(previous, secretVersions), labels), file), observed);
  }
  const { liveColour, weightPercent, images, releaseSettings } = observed;
  const time = at.toISOString();
  const changed = changedInReleases(previous, observed);
  const entry: HistoryEntry = {
    at: time,
    event: event ?? "deployed",
    liveColour,
    weightPercent,
    images,
    ...(changed.length === 0 ? {} : { changed }),
    ...labels,
    ...(because.override === undefined ? {} : { override: because.override }),
    ...(because.overrode === undefined || because.overrode.length === 0 ? {} : { overrode: because.overrode }),
    ...(because.gate === undefined ? {} : { gate: because.gate }),
  };
  const signingKeys = nextSigningKeys(previous?.signingKeys, observed.signingKeys, time);
  const moved = previous === null || previous.liveColour !== liveColour || previous.weightPercent !== weightPercent;
  const after = { liveColour, weightPercent, images, ...labels, releaseSettings };
  return {
    version: 1,
    liveColour,
    weightPercent,
    since: moved ? time : previous.since,
    images,
    ...labels,
    ...rollbackWindow(event, previous, observed, time),
    ...returnedFrom(event, previous, time),
    ...(signingKeys === undefined ? {} : { signingKeys }),
    ...(weightPercent === 0 || observed.schedule === undefined ? {} : { schedule: partInForce(observed.schedule) }),
    ...(weightPercent === 0 || observed.settings === undefined ? {} : { settings: observed.settings }),
    ...(file === undefined ? {} : { deployedFile: file }),
    ...(releaseSettings === undefined ? {} : { releaseSettings }),
    ...(secretVersions === undefined ? {} : { secretVersions }),
    ...contractsAfter(previous, observed),
    candidateSince: previous === null || beginsCandidate(event) ? time : candidateSince(previous),
    releases: releasesAfter(
      previous === null ? [] : releasesOf(previous),
      previous,
      after,
      time,
      because.latchSetAt !== undefined,
    ),
    ...boundHistory([...(previous?.history ?? []), entry], previous?.dropped, because.latchSetAt),
  };
}

/** What people call the images after an update. A label that nobody can tell of stays with its image. */
function labelsAfter(
  previous: RolloutRecord | null,
  { images, labels }: ObservedRollout,
): { readonly labels?: LabelsByColour } {
  const keptOf = (colour: Colour) =>
    previous?.images[colour] === images[colour] ? (previous?.labels?.[colour] ?? null) : null;
  const after = labels ?? byColour(keptOf);
  return colours.every((colour) => after[colour] === null) ? {} : { labels: after };
}

/** A label is no part of what runs: another one is no event of the history. */
function relabelled(previous: RolloutRecord, { labels }: { readonly labels?: LabelsByColour }): RolloutRecord {
  if (colours.every((colour) => (previous.labels?.[colour] ?? null) === (labels?.[colour] ?? null))) return previous;
  const { labels: _, ...unlabelled } = previous;
  const after = { ...unlabelled, ...(labels === undefined ? {} : { labels }) };
  return previous.releases === undefined ? after : { ...after, releases: describedReleases(previous.releases, after) };
}

/** The window is fixed by the promote that opens it: a shorter one in the config must not take the way back away. */
function rollbackWindow(
  event: RolloutEvent | undefined,
  previous: RolloutRecord | null,
  { schedule }: ObservedRollout,
  time: string,
): Pick<RolloutRecord, "promotedAt" | "rollbackWindowSeconds"> {
  if (event === "returned") return { promotedAt: null };
  const { promotedAt, rollbackWindowSeconds } =
    event === "promoted"
      ? { promotedAt: time, rollbackWindowSeconds: schedule?.rollbackWindowSeconds }
      : (previous ?? { promotedAt: null });
  return { promotedAt, ...(rollbackWindowSeconds === undefined ? {} : { rollbackWindowSeconds }) };
}

/** A return holds its release back until another one is promoted. */
function returnedFrom(
  event: RolloutEvent | undefined,
  previous: RolloutRecord | null,
  at: string,
): Pick<RolloutRecord, "returnedFrom"> {
  if (previous === null || event === "promoted") return {};
  if (event !== "returned") return previous.returnedFrom === undefined ? {} : { returnedFrom: previous.returnedFrom };
  const image = previous.images[previous.liveColour];
  const settings = previous.releaseSettings?.[previous.liveColour];
  return image === null ? {} : { returnedFrom: { at, image, ...(settings ? { settings } : {}) } };
}

/** A schedule's part that a record keeps, in a form that two can be compared in. */
function partInForce({
  steps,
  onLimit,
  mostFailedRequests,
  freezeWindows,
  weeklyFreezeWindows = [],
}: ScheduleInForce): ScheduleInForce {
  return {
    steps: steps.map(({ weightPercent, bakeSeconds, limitSeconds }) => ({
      weightPercent,
      bakeSeconds,
      ...(limitSeconds === undefined ? {} : { limitSeconds }),
    })),
    ...(onLimit === "rollback" ? { onLimit } : {}),
    ...(mostFailedRequests === undefined ? {} : { mostFailedRequests }),
    freezeWindows: freezeWindows.map(({ from, until, reason }) => ({ from, until, reason })),
    ...(weeklyFreezeWindows.length === 0 ? {} : { weeklyFreezeWindows }),
  };
}

/** What the next rise is held against. */
function deployedFile({ schedule, settings, safeguards }: ObservedRollout): DeployedFile | undefined {
  if (schedule === undefined || settings === undefined || safeguards === undefined) return undefined;
  return { schedule: partInForce(schedule), settings, safeguards };
}

/** A change of the file that moves nothing is no event of the history. */
function withFile(previous: RolloutRecord, file: DeployedFile | undefined): RolloutRecord {
  if (file === undefined || JSON.stringify(previous.deployedFile) === JSON.stringify(file)) return previous;
  return { ...previous, deployedFile: file };
}

/** The migrations that the record keeps. Where nobody could tell, it keeps those that it has. */
function contractsAfter(
  previous: RolloutRecord | null,
  { contracts }: ObservedRollout,
): Pick<RolloutRecord, "contractMigrations"> {
  const contractMigrations = contracts === undefined ? previous?.contractMigrations : contractsToKeep(contracts);
  return contractMigrations === undefined || contractMigrations.length === 0 ? {} : { contractMigrations };
}

/** A migration is no event of the history: the evidence of its task tells of it. */
function withContracts(previous: RolloutRecord, observed: ObservedRollout): RolloutRecord {
  const after = contractsAfter(previous, observed);
  const isSame = JSON.stringify(previous.contractMigrations) === JSON.stringify(after.contractMigrations);
  if (isSame) return previous;
  const { contractMigrations: _, ...without } = previous;
  return { ...without, ...after };
}

/** Whether the schedule in force is to change. A record of an older version has none, and then gets one by the next move. */
function isRescheduled(previous: RolloutRecord, { schedule, weightPercent }: ObservedRollout): boolean {
  if (previous.schedule === undefined || schedule === undefined || weightPercent === 0) return false;
  return JSON.stringify(previous.schedule) !== JSON.stringify(partInForce(schedule));
}

/** Whether settings changed: those of a release, or those that were fixed, which takes a written reason. */
function isReconfigured(previous: RolloutRecord, observed: ObservedRollout): boolean {
  const { settings, releaseSettings, weightPercent } = observed;
  const ofReleases =
    releaseSettings !== undefined &&
    colours.some((colour) => {
      const before = previous.releaseSettings?.[colour] ?? {};
      return changedSettings(before, releaseSettings[colour] ?? {}).length > 0;
    });
  if (ofReleases) return true;
  if (previous.settings === undefined || settings === undefined || weightPercent === 0) return false;
  return changedSettings(previous.settings, settings).length > 0;
}

/**
 * The keys that a colour's release has otherwise than before: settings, and secrets of which it has another version. The first
 * release of a colour is compared with live's.
 */
function changedInReleases(
  previous: RolloutRecord | null,
  { releaseSettings }: ObservedRollout,
): readonly SettingKey[] {
  if (previous?.releaseSettings === undefined) return [];
  const { liveColour, releaseSettings: recorded } = previous;
  const changed = colours.flatMap((colour) => {
    const [before, after] = [recorded[colour] ?? recorded[liveColour], releaseSettings?.[colour]];
    return before && after ? changedSettings(before, after) : [];
  });
  return [...new Set(changed)].sort();
}

/** A version that was deleted, because no release named it any more, is no event of the history. */
function withVersions(previous: RolloutRecord, secretVersions: RolloutRecord["secretVersions"]): RolloutRecord {
  const isSame = JSON.stringify(previous.secretVersions) === JSON.stringify(secretVersions);
  return isSame ? previous : { ...previous, secretVersions };
}

function eventOf(previous: RolloutRecord | null, observed: ObservedRollout): RolloutEvent | undefined {
  if (previous === null) return "deployed";
  const { liveColour, weightPercent, images } = observed;
  switch (moveKind({ previous, wanted: { liveColour, weightPercent, images } })) {
    case "up":
      return "advanced";
    case "down":
      return "lowered";
    case "promote":
      return "promoted";
    case "return":
    case "mixed":
      return "returned";
    case "stay":
      if (colours.some((colour) => previous.images[colour] !== images[colour])) return "image";
      if (!areSameKeys(previous.signingKeys, observed.signingKeys)) return "rotated";
      if (isRescheduled(previous, observed)) return "rescheduled";
      return isReconfigured(previous, observed) ? "reconfigured" : undefined;
  }
}
