import { z } from "zod";
import { type Colour, colours, otherColour } from "./colour.ts";
import type { RolloutRecord } from "./record.ts";
import { isSecretKey } from "./secret-versions.ts";
import { changedSettings, type Settings, settingsSchema } from "./settings.ts";

/** Names of images in words a person knows, by colour; null where a colour has none. */
export type LabelsByColour = Readonly<Record<Colour, string | null>>;

/**
 * How a release stopped being what it was:
 * - `rolled back`, `taken back`: its weight went to 0 before it was promoted, with the latch set or without
 * - `replaced`: another release was promoted over it
 * - `returned from`: the release before it became live again
 * - `withdrawn`: as the candidate it made room for another, or its image was removed
 * - `reconfigured`: its settings were changed in place
 */
const releaseEnds = ["rolled back", "taken back", "replaced", "returned from", "withdrawn", "reconfigured"] as const;

/** A release that ran, and how far it went. The same image with the same settings is one release, however often it is staged. */
export interface RecordedRelease {
  /** Counts from 1 and is never given to another one. */
  readonly number: number;
  /** The colour that it ran in last. */
  readonly colour: Colour;
  readonly image: string;
  readonly label?: string | undefined;
  /** What its tasks saw of the config. Absent where only an older version of the program ran it. */
  readonly settings?: Settings | undefined;
  /** ISO 8601 instant at which it was staged last. */
  readonly stagedAt: string;
  /** The most public traffic that it had as the candidate, per cent. */
  readonly mostPercent: number;
  /** When it was live last, ISO 8601 instants; `until` is null while it is. Absent where it never was. */
  readonly live?: { readonly from: string; readonly until: string | null } | undefined;
  /** Absent while it is the candidate on its way or live. */
  readonly end?: { readonly how: (typeof releaseEnds)[number]; readonly at: string } | undefined;
}

const instant = z.iso.datetime();

/** A release as the record holds it. */
export const recordedReleaseSchema: z.ZodType<RecordedRelease> = z.strictObject({
  number: z.int().min(1),
  colour: z.enum(colours),
  image: z.string(),
  label: z.string().optional(),
  settings: settingsSchema.optional(),
  stagedAt: instant,
  mostPercent: z.number(),
  live: z.strictObject({ from: instant, until: instant.nullable() }).optional(),
  end: z.strictObject({ how: z.enum(releaseEnds), at: instant }).optional(),
});

/** Releases that the record keeps, besides those that a colour has now. */
export const keptReleases = 20;

/** What of a record says which releases run and where the traffic is. */
type Standing = Pick<RolloutRecord, "liveColour" | "weightPercent" | "images" | "releaseSettings" | "labels"> &
  Partial<Pick<RolloutRecord, "secretVersions">>;

/**
 * The releases that ran, in the order in which they were staged last. A record of an older version holds none; then they
 * are read from its history, as far as that goes.
 */
export function releasesOf(record: RolloutRecord): readonly RecordedRelease[] {
  if (record.releases !== undefined) return record.releases;
  const moments = record.history.map((entry, index) => ({ before: record.history[index - 1] ?? null, entry }));
  const told = moments.reduce<readonly RecordedRelease[]>(
    (releases, { before, entry }) => releasesAfter(releases, before, entry, entry.at, false),
    [],
  );
  return describedReleases(told, record);
}

/**
 * The releases after an update.
 *
 * @param releases before it
 * @param before null on the first deployment
 * @param at ISO 8601 instant of the update
 * @param isLatched whether the latch was set, so that a weight that fell was rolled back
 */
export function releasesAfter(
  releases: readonly RecordedRelease[],
  before: Standing | null,
  after: Standing,
  at: string,
  isLatched: boolean,
): readonly RecordedRelease[] {
  const staged = colours.reduce((list, colour) => restaged(list, colour, before, after, at), releases);
  const moved = staged.map((release) => withTraffic(release, staged, { before, after, at, isLatched }));
  return bounded(describedReleases(moved, after), after);
}

/** What a colour has of the list: the last that was staged in it, unless the colour has no image. */
function releaseIn(
  releases: readonly RecordedRelease[],
  colour: Colour,
  { images }: Standing,
): RecordedRelease | undefined {
  return releases.findLast((release) => release.colour === colour && release.image === images[colour]);
}

/** Ends what a colour had and begins what it has, where these are two. */
function restaged(
  releases: readonly RecordedRelease[],
  colour: Colour,
  before: Standing | null,
  after: Standing,
  at: string,
): readonly RecordedRelease[] {
  const image = after.images[colour];
  const settings = after.releaseSettings?.[colour] ?? undefined;
  const old = before === null ? undefined : releaseIn(releases, colour, before);
  if (old !== undefined && old.image === image && isSame(known(old.settings, before), known(settings, before))) {
    return releases.map((release) => (release === old && settings !== undefined ? { ...release, settings } : release));
  }
  const isInUse = before?.liveColour === colour || (before !== null && before.weightPercent > 0);
  const how = isInUse && old?.image === image ? "reconfigured" : "withdrawn";
  const ended = releases.map((release) =>
    release === old ? { ...release, ...untilNow(release, at), end: release.end ?? { how, at } } : release,
  );
  if (image === null) return ended;
  const other = releaseIn(releases, otherColour(colour), after);
  // One release can run in both colours at once. Then each is told of by itself.
  const earlier = ended.findLast(
    (release) => release !== other && release.image === image && isSame(release.settings, settings),
  );
  const number = earlier?.number ?? Math.max(0, ...ended.map((release) => release.number)) + 1;
  const { end: _, ...kept } = earlier ?? { mostPercent: 0 };
  return [...ended.filter((release) => release !== earlier), { ...kept, number, colour, image, stagedAt: at }];
}

/** Settings without the secrets' versions, where the record of before names none: it cannot tell whether they changed. */
function known(settings: Settings | undefined, before: Standing | null): Settings | undefined {
  if (settings === undefined || before?.secretVersions !== undefined) return settings;
  return Object.fromEntries(
    Object.entries(settings).filter(([key]) => !isSecretKey(key) && !key.startsWith("taskSecrets.")),
  );
}

/** Settings that an older version did not record are taken to be the ones that are known. */
function isSame(one: Settings | undefined, other: Settings | undefined): boolean {
  return one === undefined || other === undefined || changedSettings(one, other).length === 0;
}

function untilNow({ live }: RecordedRelease, at: string): Pick<RecordedRelease, "live"> {
  return live === undefined ? {} : { live: { ...live, until: live.until ?? at } };
}

/** One update. */
interface Moment {
  readonly before: Standing | null;
  readonly after: Standing;
  readonly at: string;
  readonly isLatched: boolean;
}

/** What an update's weight and live colour mean for a release. */
function withTraffic(
  release: RecordedRelease,
  releases: readonly RecordedRelease[],
  { before, after, at, isLatched }: Moment,
): RecordedRelease {
  const { liveColour, weightPercent } = after;
  if (release === releaseIn(releases, liveColour, after)) {
    const { end: _, ...going } = release;
    const from = release.live?.until === null ? release.live.from : at;
    return { ...going, live: { from, until: null } };
  }
  if (release !== releaseIn(releases, otherColour(liveColour), after)) return release;
  if (before?.liveColour === release.colour) {
    // From 100 % it is a promote, and from 0 % a return.
    const how = before.weightPercent > 0 ? "replaced" : "returned from";
    return { ...release, ...untilNow(release, at), end: { how, at } };
  }
  if (weightPercent > 0) {
    const { end: _, ...going } = release;
    return { ...going, mostPercent: Math.max(release.mostPercent, weightPercent) };
  }
  if (before === null || before.weightPercent === 0) return release;
  return { ...release, end: { how: isLatched ? "rolled back" : "taken back", at } };
}

/** Gives what the colours have now the settings and labels that are known of it. */
export function describedReleases(releases: readonly RecordedRelease[], now: Standing): readonly RecordedRelease[] {
  return releases.map((release) => {
    if (release !== releaseIn(releases, release.colour, now)) return release;
    const settings = release.settings ?? now.releaseSettings?.[release.colour] ?? undefined;
    const label = (now.labels === undefined ? release.label : now.labels[release.colour]) ?? undefined;
    const { label: _, ...unlabelled } = release;
    return {
      ...unlabelled,
      ...(settings === undefined ? {} : { settings }),
      ...(label === undefined ? {} : { label }),
    };
  });
}

function bounded(releases: readonly RecordedRelease[], now: Standing): readonly RecordedRelease[] {
  const running = colours.map((colour) => releaseIn(releases, colour, now));
  const others = releases.filter((release) => !running.includes(release));
  const dropped = others.slice(0, Math.max(0, others.length - keptReleases));
  return releases.filter((release) => !dropped.includes(release));
}
