import { Temporal } from "temporal-polyfill";
import type { FreezeWindow } from "./schedule.ts";

/** Days as a config names them, Monday first as ISO 8601 counts them. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

/** A time of each week in which no weight may rise, such as the Saturdays on which people marry. */
export interface WeeklyFreezeWindow {
  /** The day on which it begins. */
  readonly every: (typeof weekdays)[number];
  /** Local time, included: `08:00`. */
  readonly from: string;
  /** Local time, excluded. One that is not later than `from` is on the next day. */
  readonly until: string;
  /** IANA name of the zone that both times are in. */
  readonly timeZone: string;
  readonly reason: string;
}

/**
 * The window of this week that `now` lies in, as moments; undefined where it lies in none. Local times stay local when clocks
 * change: a window until 18:00 ends at 18:00 on that day too. A time that the clocks leave out or show twice counts for the longer
 * window.
 */
export function weeklyWindowAt(window: WeeklyFreezeWindow, now: Date): FreezeWindow | undefined {
  const today = Temporal.Instant.fromEpochMilliseconds(now.getTime()).toZonedDateTimeISO(window.timeZone).toPlainDate();
  for (const day of [today, today.subtract({ days: 1 })]) {
    if (weekdays[day.dayOfWeek - 1] !== window.every) continue;
    const moment = (date: Temporal.PlainDate, time: string, disambiguation: "earlier" | "later") =>
      date.toPlainDateTime(time).toZonedDateTime(window.timeZone, { disambiguation }).toInstant().toString();
    const from = moment(day, window.from, "earlier");
    const until = moment(window.until > window.from ? day : day.add({ days: 1 }), window.until, "later");
    if (Date.parse(from) <= now.getTime() && now.getTime() < Date.parse(until)) {
      return { from, until, reason: window.reason };
    }
  }
  return undefined;
}

/** Whether one weekly window keeps weights from rising whenever the other does. */
export function coversWeekly(one: WeeklyFreezeWindow, other: WeeklyFreezeWindow): boolean {
  const sameDays = one.every === other.every && one.timeZone === other.timeZone;
  return sameDays && one.from <= other.from && endOf(one) >= endOf(other);
}

/** The end, to be compared with others': one of the next day is later than any of this. */
function endOf({ from, until }: WeeklyFreezeWindow): string {
  return until > from ? until : `next day ${until}`;
}

/** A window in words: `every saturday from 08:00 to 23:00 (weddings)`. */
export function weeklyWindowText({ every, from, until, reason }: WeeklyFreezeWindow): string {
  return `every ${every} from ${from} to ${until} (${reason})`;
}
