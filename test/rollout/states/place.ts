import { type Colour, otherColour } from "../../../rollout/colour.ts";
import { clearLatch, type Latch, missingLatch } from "../../../rollout/latch.ts";
import type { RolloutRecord } from "../../../rollout/record.ts";
import { type Split, weightsByColour } from "../../../rollout/split.ts";
import { freezeHours, momentAt } from "./real-rules.ts";
import type { LatchSeen, Release, Standing } from "./words.ts";

/** The latch as it stays from one update to the next: its colour by name, since live and candidate change places. */
type Latched =
  | { readonly is: "clear" | "deleted" }
  | {
      readonly is: "set";
      readonly at: Date;
      readonly rolledBack: { readonly colour: Colour; readonly release: Release | null };
    };

/** A place that a sequence of edits leads to: the table's view of it, and the real record beside it. */
export interface Place {
  /** Null before the first deployment. */
  readonly standing: Standing | null;
  /** Left by the rules under test. */
  readonly record: RolloutRecord | null;
  readonly live: Colour;
  readonly latch: Latched;
  /** Whether a rollback has given live all the traffic, which the record does not know yet. */
  readonly isReturned: boolean;
  /** Whether a rollback stands that nobody has resumed from. */
  readonly isHeld: boolean;
  /** Since the first deployment, in which the freeze window begins. */
  readonly seconds: number;
  readonly isFreezeOver: boolean;
  /** A reason that an update has used. */
  readonly usedReason: string | undefined;
  /** How it was come to. */
  readonly path: { readonly before: Place; readonly by: string } | null;
}

/** The place before the first deployment. */
export const nowhere: Place = {
  standing: null,
  record: null,
  live: "blue",
  latch: { is: "clear" },
  isReturned: false,
  isHeld: false,
  seconds: 0,
  isFreezeOver: false,
  usedReason: undefined,
  path: null,
};

/**
 * Equal for places that differ in names alone: colours by their role, releases in the order in which they are named. A reason
 * that was used is no part of it, since any other text is as good as a fresh one.
 */
export function keyOf({ standing, live, latch, isReturned, isHeld, isFreezeOver }: Place): string {
  if (standing === null) return "nowhere";
  const names: Release[] = [];
  const nameOf = (release: Release | null | undefined) => {
    if (release === null || release === undefined) return "-";
    if (!names.includes(release)) names.push(release);
    return names.indexOf(release);
  };
  const { weight, hoursAtWeight, promoted, returnedFrom, schedule, settings } = standing;
  const rolledBack = latch.is === "set" ? latch.rolledBack : undefined;
  return [
    weight,
    nameOf(standing.live),
    nameOf(standing.candidate),
    hoursAtWeight,
    promoted === null ? "" : `${nameOf(promoted.awayFrom)} ${promoted.windowHours} ${promoted.isWindowOpen}`,
    returnedFrom === null ? "" : `${nameOf(returnedFrom.release)} ${returnedFrom.setting}`,
    schedule,
    `${settings.inFile} ${settings.live} ${settings.candidate}`,
    latch.is,
    rolledBack === undefined ? "" : `${rolledBack.colour === live}${nameOf(rolledBack.release)}`,
    isReturned,
    isHeld,
    isFreezeOver,
  ].join();
}

/** What AWS gives each colour, drift apart. */
export function splitOf({ standing, live, isReturned }: Place): Split {
  return weightsByColour(live, isReturned ? 0 : (standing?.weight ?? 0));
}

/** The latch as the table speaks of it. */
export function seenLatch({ latch, live }: Place): LatchSeen {
  if (latch.is !== "set") return latch;
  const { colour, release } = latch.rolledBack;
  return { is: "set", rolledBack: { colour: colour === live ? "live" : "candidate", release } };
}

/** The latch as the program reads it. */
export function realLatch({ latch }: Place): Latch {
  if (latch.is === "deleted") return missingLatch("/celebrant-portal/production/rollout/latch");
  if (latch.is !== "set") return clearLatch;
  const { at, rolledBack } = latch;
  return { state: "set", at: at.toISOString(), reason: "portal-production in ALARM", rolledBack: rolledBack.colour };
}

/** A release that no part of the history has named. */
export function unusedRelease({ record }: Place): Release {
  const history = JSON.stringify(record?.history ?? []);
  return [..."abcdef0123456789"].find((letter) => !history.includes(letter.repeat(64))) ?? "9";
}

/** The same place some hours later, or a second, which keeps two updates apart. */
export function later(place: Place, hours: number): Place {
  const { standing } = place;
  const seconds = place.seconds + 1 + hours * 3600;
  const isOver = hours >= freezeHours;
  if (standing === null || hours === 0) return { ...place, seconds };
  const hoursAtWeight = isOver || standing.hoursAtWeight > 0 ? 2 : 1;
  const { promoted } = standing;
  const isWindowOpen = promoted?.isWindowOpen === true && hours < promoted.windowHours;
  const stillPromoted = promoted === null ? null : { ...promoted, isWindowOpen };
  return {
    ...place,
    seconds,
    isFreezeOver: place.isFreezeOver || isOver,
    standing: { ...standing, hoursAtWeight, promoted: stillPromoted },
  };
}

/** The automatic rollback: all traffic to live, and a latch that names the candidate and its release. */
export function rolledBack(place: Place): Place {
  const colour = otherColour(place.live);
  const latch = {
    is: "set",
    at: momentAt(place.seconds),
    rolledBack: { colour, release: place.standing?.candidate ?? null },
  } as const;
  return { ...place, latch, isReturned: true, isHeld: true };
}

/** How a place was come to, in words. */
export function pathTo({ path }: Place): string {
  return path === null ? "start" : `${pathTo(path.before)} > ${path.by}`;
}
