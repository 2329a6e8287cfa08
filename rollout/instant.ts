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
