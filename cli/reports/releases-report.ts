import type { RolloutRecord } from "../../rollout/record.ts";
import type { RecordedRelease } from "../../rollout/releases.ts";
import { changedSettings, shownSetting } from "../../rollout/settings.ts";
import { type Clock, formatInstant } from "../../rollout/time.ts";
import type { TagsByImage } from "../release-names.ts";
import { shownRelease } from "./history-lines.ts";

/** A release that ran, for a person and for a machine. */
export interface ReleaseDescription extends Omit<RecordedRelease, "label"> {
  /** What people call it: its label, or else its tag; null where it has neither. */
  readonly label: string | null;
  /** Settings that live has otherwise; empty where it is live, and where nobody knows its settings. */
  readonly otherThanLive: readonly { readonly key: string; readonly value: string; readonly live: string }[];
}

/** The releases that ran, the last staged one last. */
export function describeReleases(
  releases: readonly RecordedRelease[],
  { releaseSettings, liveColour }: Pick<RolloutRecord, "releaseSettings" | "liveColour">,
  tags: TagsByImage,
): readonly ReleaseDescription[] {
  const live = releaseSettings?.[liveColour] ?? undefined;
  return releases.map((release) => {
    const { settings } = release;
    const changed = live === undefined || settings === undefined ? [] : changedSettings(live, settings);
    return {
      ...release,
      label: release.label ?? tags.get(release.image) ?? null,
      otherThanLive: changed.map((key) => ({
        key,
        value: shownSetting(settings?.[key]),
        live: shownSetting(live?.[key]),
      })),
    };
  });
}

/** Tells of each release in a few lines: its number and name, how far it went, how it ended, and its settings. */
export function renderReleases(stage: string, releases: readonly ReleaseDescription[], clock: Clock): string {
  if (releases.length === 0) return `The stack ${stage} has had no release yet.`;
  const lines = releases.flatMap((release) => {
    const { number, image, label, colour, otherThanLive, settings } = release;
    const others = otherThanLive.map(({ key, value, live }) => `${key} ${value} (live: ${live})`);
    return [
      `${number}  ${shownRelease(image, label)}, ${colour}`,
      `    ${courseOf(release, clock)}`,
      ...(others.length === 0 ? [] : [`    Other than live: ${others.join(", ")}.`]),
      ...(settings === undefined ? ["    Its settings are not known: an older version of the program ran it."] : []),
    ];
  });
  return [
    ...lines,
    "",
    "To make one of them the candidate again:",
    `    npm run rollout -- stage-release --stage ${stage} --from-history <number>`,
  ].join("\n");
}

/** How a release went, in sentences. */
function courseOf({ stagedAt, mostPercent, live, end }: Omit<RecordedRelease, "label">, clock: Clock): string {
  const at = (time: string) => formatInstant(new Date(time), clock);
  const staged = `Staged ${at(stagedAt)}.`;
  const went = mostPercent === 0 ? (live === undefined ? " Had no traffic." : "") : ` Went to ${mostPercent} %.`;
  const lived =
    live === undefined
      ? ""
      : live.until === null
        ? ` Live since ${at(live.from)}.`
        : ` Live from ${at(live.from)} until ${at(live.until)}.`;
  const ended = end === undefined ? "" : ` ${endWords[end.how]} ${at(end.at)}.`;
  return `${staged}${went}${lived}${ended}`;
}

const endWords: Readonly<Record<NonNullable<RecordedRelease["end"]>["how"], string>> = {
  "rolled back": "Rolled back",
  "taken back": "Taken back to 0 %",
  replaced: "Replaced by the promote of",
  "returned from": "Returned from",
  withdrawn: "Withdrawn",
  reconfigured: "Its settings changed in place",
};
