const unitSeconds = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof unitSeconds;

/** How a duration is written in config: one or more whole numbers each followed by `d`, `h`, `m` or `s`, largest first. */
export const durationPattern = /^(?=.)(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/;

/**
 * Reads a duration such as `2h`, `90m`, `48h` or `1h30m`.
 *
 * @returns seconds
 * @throws {RangeError} when the text is no duration; the message names the accepted form
 */
export function parseDurationSeconds(text: string): number {
  const match = durationPattern.exec(text);
  if (match === null) {
    throw new RangeError(`"${text}" is not a duration. Write whole numbers with d, h, m or s, such as 2h, 90m or 48h.`);
  }
  const units: readonly Unit[] = ["d", "h", "m", "s"];
  return units.reduce((seconds, unit, index) => seconds + Number(match[index + 1] ?? 0) * unitSeconds[unit], 0);
}

/**
 * Writes seconds the way a person says them: at most the two largest units, hours never turned into days below 3 days,
 * because the guide speaks of `48 h`.
 *
 * @example formatDuration(5400) === "1 h 30 min"
 */
export function formatDuration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  const days = whole >= 3 * unitSeconds.d ? Math.floor(whole / unitSeconds.d) : 0;
  const afterDays = whole - days * unitSeconds.d;
  const hours = Math.floor(afterDays / unitSeconds.h);
  const minutes = Math.floor((afterDays % unitSeconds.h) / unitSeconds.m);
  const parts = [
    [days, "d"],
    [hours, "h"],
    [minutes, "min"],
    [afterDays % unitSeconds.m, "s"],
  ] as const;
  const shown = parts.filter(([count]) => count > 0).slice(0, 2);
  return shown.length === 0 ? "0 s" : shown.map(([count, unit]) => `${count} ${unit}`).join(" ");
}

/** The zone that people read times in where a stage's config names none: the portal is in Melbourne. */
export const defaultTimeZone = "Australia/Melbourne";

/** When and where somebody reads a time. */
export interface Clock {
  readonly now: Date;
  /** IANA name, such as `Australia/Melbourne`. Times are in UTC alone where it is absent. */
  readonly timeZone?: string | undefined;
}

/**
 * Writes an instant for a person, to the minute, rounded up: a wait that ends at 14:20:05 ends at 14:21. The reader's own
 * zone comes first and UTC beside it, because an hour of local time happens twice when daylight saving ends. The date is
 * left out where it is today's, and UTC's where it is the local one.
 *
 * @example formatInstant(new Date("2026-11-23T03:20:00Z"), { now, timeZone: "Australia/Melbourne" }) === "14:20 (Melbourne), 03:20 UTC"
 */
export function formatInstant(instant: Date, { now, timeZone }: Clock): string {
  const minute = new Date(Math.ceil(instant.getTime() / 60_000) * 60_000);
  const utc = dateAndTime(minute, "UTC");
  if (timeZone === undefined || timeZone === "UTC") return `${shownDate(utc, dateAndTime(now, "UTC"))}${utc.time} UTC`;
  const local = dateAndTime(minute, timeZone);
  const localText = `${shownDate(local, dateAndTime(now, timeZone))}${local.time} (${placeOf(timeZone)})`;
  return `${localText}, ${shownDate(utc, local)}${utc.time} UTC`;
}

/** Whether a text is the IANA name of a time zone that this machine knows. An offset such as `+10:00` is none: it has no daylight saving. */
export function isTimeZone(text: string): boolean {
  if (!/[a-z]/i.test(text)) return false;
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** `Melbourne`, as people call the zone `Australia/Melbourne`. */
export function placeOf(timeZone: string): string {
  return (timeZone.split("/").at(-1) ?? timeZone).replaceAll("_", " ");
}

/** A moment as a calendar and a clock on the wall show it. */
interface WallTime {
  /** `2026-11-23` */
  readonly date: string;
  /** `14:20` */
  readonly time: string;
}

/** A format takes a hundred times longer to make than to use. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** A moment in a zone. */
export function dateAndTime(moment: Date, timeZone: string): WallTime {
  // Stryker disable next-line ConditionalExpression,BlockStatement: UTC needs no format, which saves time and changes no text
  if (timeZone === "UTC") {
    const text = moment.toISOString();
    return { date: text.slice(0, 10), time: text.slice(11, 16) };
  }
  // Sweden writes dates as ISO 8601 does.
  const format =
    formats.get(timeZone) ?? new Intl.DateTimeFormat("sv-SE", { timeZone, dateStyle: "short", timeStyle: "short" });
  // Stryker disable next-line CallExpression: it saves time, and changes no text
  formats.set(timeZone, format);
  const [date = "", time = ""] = format.format(moment).split(" ");
  return { date, time };
}

function shownDate({ date }: WallTime, known: WallTime): string {
  return date === known.date ? "" : `${date} `;
}

/** `instant` moved by a number of seconds. */
export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

/**
 * Seconds that the clocks of two machines may differ: as far as AWS takes a signature.
 *
 * @see AWS Identity and Access Management User Guide, "AWS Signature Version 4 for API requests"
 */
export const mostClocksDifferSeconds = 300;

/** Seconds from `start` to `end`; negative where the end comes first. */
export function secondsBetween(start: Date, end: Date): number {
  return (end.getTime() - start.getTime()) / 1000;
}
