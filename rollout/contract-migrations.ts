import type { RolloutRecord } from "./record.ts";
import { type RecordedRelease, releasesOf } from "./releases.ts";
import { type Clock, formatInstant } from "./time.ts";

/** A migration that took away what only older releases used. One whose end nobody knows counts: it may have done so. */
export interface ContractMigration {
  /** ISO 8601 instant at which it started. */
  readonly at: string;
  /** Digest of the image that it ran from. */
  readonly image: string;
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
