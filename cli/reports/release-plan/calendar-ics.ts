import ical from "ical-generator";
import { Temporal } from "temporal-polyfill";
import { service } from "../../../service.ts";
import type { CalendarEntry, ReleaseCalendar } from "./release-plan.ts";

/** Length of a move in a calendar, minutes: to ask, to preview, to update, and to look. */
const moveMinutes = 60;

/** An entry's text: who, commands, notes. */
function describe({ who, commands, notes }: CalendarEntry): string {
  return [`By: ${who}`, ...commands, ...notes].join("\n");
}

/**
 * The calendar as iCalendar (RFC 5545), to be imported by a calendar program. Moves are moments in UTC, so that no program has to
 * know the zone; other entries are whole days.
 *
 * @param now when it was made: the same calendar made again has the same events, which replace the first ones
 */
export function calendarIcs(calendar: ReleaseCalendar, now: Date): string {
  const { stage, start } = calendar;
  const made = ical({
    name: `Release of ${stage}, from ${start}`,
    prodId: `-//${service.project}-infra//plan-release//EN`,
  });
  for (const entry of calendar.entries) {
    made.createEvent({
      id: `${stage}-${start}-${entry.title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-")}@${service.project}-infra`,
      stamp: now,
      summary: `${stage}: ${entry.title}`,
      description: describe(entry),
      ...timesOf(calendar, entry),
    });
  }
  return made.toString();
}

function timesOf({ start }: ReleaseCalendar, { at, firstDay, lastDay }: CalendarEntry) {
  if (at !== undefined) return { start: at, end: new Date(at.getTime() + moveMinutes * 60_000) };
  // The end of whole days is the day after (RFC 5545, 3.6.1), and the library reads a date in UTC.
  const day = (number: number) => new Date(`${Temporal.PlainDate.from(start).add({ days: number - 1 })}T00:00:00Z`);
  return { start: day(firstDay), end: day(lastDay + 1), allDay: true, timezone: "UTC" };
}
