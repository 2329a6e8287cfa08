import { type DatabaseRestore, isUndone } from "./database-restores.ts";
import type { RolloutRecord } from "./record.ts";
import { type RecordedRelease, releasesOf } from "./releases.ts";
import { type Clock, formatInstant } from "./time.ts";

/** A migration that took away what only older releases used. One whose end nobody knows counts: it may have done so. */
export interface ContractMigration {
  /** ISO 8601 instant at which it started. */
  readonly at: string;
  /** Digest of the image that it ran from. */
  readonly image: string;
  /** Set while nobody knows yet whether it has started. It counts, and no record keeps it: it may turn out to have done nothing. */
  readonly isPending?: true | undefined;
}

/** What tells of `contract` migrations. Each of them can be missing: a file is deleted, or not merged yet. */
export interface ContractSources {
  /** What the last update left behind; null before the first. */
  readonly record: Pick<RolloutRecord, "contractMigrations"> | null;
  /** By the evidence at hand; undefined where nobody could read it. */
  readonly told: readonly ContractMigration[] | undefined;
  /** By the parameter in AWS; undefined where nobody could read it. */
  readonly noted: readonly ContractMigration[] | undefined;
  /** The restores that led to the database of now, oldest first. */
  readonly restores: readonly DatabaseRestore[];
}

/** The `contract` migrations that the schema of now has gone through, as far as anything tells, oldest first. */
export function knownContracts({ record, told, noted, restores }: ContractSources): readonly ContractMigration[] {
  const all = [...(record?.contractMigrations ?? []), ...(told ?? []), ...(noted ?? [])];
  const byMomentAndImage = new Map<string, ContractMigration>();
  for (const { at, image, isPending } of all) {
    const key = `${Date.parse(at)} ${image}`;
    // One that has started is known by whatever tells of it.
    if (isPending && byMomentAndImage.has(key)) continue;
    byMomentAndImage.set(key, { at, image, ...(isPending ? { isPending } : {}) });
  }
  return [...byMomentAndImage.values()].filter(({ at }) => !isUndone(at, restores)).toSorted(byMoment);
}

function byMoment(one: ContractMigration, other: ContractMigration): number {
  return Date.parse(one.at) - Date.parse(other.at) || (one.image < other.image ? -1 : 1);
}

/** Migrations that a record keeps, the newest ones. */
const keptContracts = 20;

/** What a record keeps of the migrations that an update has seen. */
export function contractsToKeep(known: readonly ContractMigration[]): readonly ContractMigration[] {
  return known
    .filter(({ isPending }) => !isPending)
    .map(({ at, image }) => ({ at, image }))
    .slice(-keptContracts);
}

/**
 * The last `contract` migration since a promote. The release that was live before that promote does not know the schema that it
 * left: a return would send the public to it.
 *
 * @param promotedAt ISO 8601 instant
 * @param image of the release before it
 */
export function contractSince(
  contracts: readonly ContractMigration[] | undefined,
  promotedAt: string,
  image: string | null,
): ContractMigration | undefined {
  return contracts?.findLast((one) => Date.parse(one.at) > Date.parse(promotedAt) && one.image !== image);
}

/**
 * The last `contract` migration that an image is older than: it ran before the migration did, did not serve meanwhile, and is not
 * the one that brought it. Staging it again makes it no newer.
 *
 * @returns undefined where the image knows the schema, as far as the record tells
 */
export function contractAfter(
  record: RolloutRecord,
  contracts: readonly ContractMigration[] | undefined,
  image: string | null,
): ContractMigration | undefined {
  return contracts?.findLast(
    ({ at, image: brought }) =>
      image !== null && image !== brought && hadRun(record, image, at) && !servedAt(releasesOf(record), image, at),
  );
}

/** Whether an image was staged for the first time before a moment. Numbers of releases count up, however often one is staged. */
function hadRun(record: RolloutRecord, image: string, at: string): boolean {
  const isBefore = (moment: string) => Date.parse(moment) <= Date.parse(at);
  const releases = releasesOf(record);
  const known = releases.filter(
    ({ stagedAt, live }) => isBefore(stagedAt) || (live !== undefined && isBefore(live.from)),
  );
  const last = Math.max(0, ...known.map(({ number }) => number));
  return (
    releases.some((one) => one.image === image && one.number <= last) ||
    record.history.some(({ at: moment, images }) => isBefore(moment) && Object.values(images).includes(image))
  );
}

function servedAt(releases: readonly RecordedRelease[], image: string, at: string): boolean {
  const time = Date.parse(at);
  return releases.some(
    ({ live, ...one }) =>
      one.image === image &&
      live !== undefined &&
      Date.parse(live.from) <= time &&
      (live.until === null || Date.parse(live.until) > time),
  );
}

/** What such a migration did, in a clause: `a contract migration ran at 14:20 (Melbourne), 03:20 UTC and took away …`. */
export function contractWhy({ at }: ContractMigration, clock: Clock): string {
  return `a migration of kind contract ran at ${formatInstant(new Date(at), clock)} and took away what older releases use`;
}
