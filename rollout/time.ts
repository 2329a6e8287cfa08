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

/**
 * Writes an instant for a person, in UTC to the minute, rounded up: a wait that ends at 14:20:05 ends at "14:21 UTC".
 * The date is left out where it is today's.
 *
 * @example formatInstant(new Date("2026-11-23T14:20:00Z"), new Date("2026-11-23T09:00:00Z")) === "14:20 UTC"
 */
export function formatInstant(instant: Date, now: Date): string {
  const minute = new Date(Math.ceil(instant.getTime() / 60_000) * 60_000).toISOString();
  const [date, time] = [minute.slice(0, 10), minute.slice(11, 16)];
  return date === now.toISOString().slice(0, 10) ? `${time} UTC` : `${date} ${time} UTC`;
}

/** `instant` moved by a number of seconds. */
export function addSeconds(instant: Date, seconds: number): Date {
  return new Date(instant.getTime() + seconds * 1000);
}

/** Seconds from `start` to `end`; negative where the end comes first. */
export function secondsBetween(start: Date, end: Date): number {
  return (end.getTime() - start.getTime()) / 1000;
}
