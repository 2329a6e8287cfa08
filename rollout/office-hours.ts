import { Temporal } from "temporal-polyfill";
import { weekdays } from "./weekly-freeze.ts";

/** When the people work who take a rollout's steps. */
export interface OfficeHours {
  readonly days: readonly (typeof weekdays)[number][];
  /** Local time, included: `09:00`. */
  readonly from: string;
  /** Local time, excluded, later than `from`. */
  readonly until: string;
}

/**
 * The first moment from `earliest` on that lies in the office hours. Local times stay local when clocks change.
 *
 * @param timeZone IANA name of the zone that the hours are in
 * @throws {RangeError} where there is no such day
 */
export function nextInOfficeHours(hours: OfficeHours, timeZone: string, earliest: Date): Date {
  const first = Temporal.Instant.fromEpochMilliseconds(earliest.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
  for (let days = 0; days <= 7; days += 1) {
    const day = first.add({ days });
    if (!hours.days.includes(dayName(day))) continue;
    const opens = moment(day, hours.from, timeZone);
    const closes = moment(day, hours.until, timeZone);
    if (earliest < closes) return earliest > opens ? earliest : opens;
  }
  throw new RangeError("The office hours name no day.");
}

function dayName(day: Temporal.PlainDate): (typeof weekdays)[number] {
  return weekdays[day.dayOfWeek - 1] ?? "monday";
}

function moment(day: Temporal.PlainDate, time: string, timeZone: string): Date {
  return new Date(day.toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds);
}
