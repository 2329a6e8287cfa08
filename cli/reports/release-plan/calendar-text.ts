import { Temporal } from "temporal-polyfill";
import { guideDays } from "../../../rollout/release-plan.ts";
import { placeOf } from "../../../rollout/time.ts";
import { markdownTable } from "../markdown.ts";
import type { CalendarEntry, ReleaseCalendar } from "./release-plan.ts";

/** The date of a day of the plan, `Mon 30 Nov`. */
function dateOf({ start }: Pick<ReleaseCalendar, "start">, day: number): string {
  return Temporal.PlainDate.from(start)
    .add({ days: day - 1 })
    .toLocaleString("en-AU", { weekday: "short", day: "numeric", month: "short" });
}

/** When an entry is, as people read it: days, or a day and a time in the plan's zone. */
function whenOf(calendar: ReleaseCalendar, { firstDay, lastDay, at }: CalendarEntry): readonly [string, string] {
  const days = firstDay === lastDay ? String(firstDay) : `${firstDay}-${lastDay}`;
  const dates =
    firstDay === lastDay ? dateOf(calendar, firstDay) : `${dateOf(calendar, firstDay)} to ${dateOf(calendar, lastDay)}`;
  if (at === undefined) return [days, dates];
  const time = Temporal.Instant.fromEpochMilliseconds(at.getTime())
    .toZonedDateTimeISO(calendar.timeZone)
    .toPlainTime()
    .toString({ smallestUnit: "minute" });
  return [days, `${dates}, ${time}`];
}

/** What does not fit and what would, a line each. */
function fitLines({ misfits, alternatives }: ReleaseCalendar): readonly string[] {
  if (misfits.length === 0) return [`It fits into the guide's ${guideDays} days.`];
  return [
    "It does not fit:",
    ...misfits.map((misfit) => `- ${misfit}`),
    ...(alternatives.length === 0
      ? ["No start in the next week and no shorter rollback window fits better."]
      : ["What would fit better:"]),
    ...alternatives.map(({ change, misfits: left }) =>
      left.length === 0 ? `- ${change}: everything fits` : `- ${change}: leaves ${left.join(" ")}`,
    ),
  ];
}

/** Where the times are: `Times in Melbourne`. */
function zoneLine({ timeZone }: ReleaseCalendar): string {
  return `Times of ${placeOf(timeZone)}.`;
}

/** The calendar for a person at a terminal. */
export function calendarText(calendar: ReleaseCalendar): string {
  const lines = calendar.entries.flatMap((entry) => {
    const [days, when] = whenOf(calendar, entry);
    return [
      `day ${days}  ${when}  ${entry.title}`,
      `    by ${entry.who}`,
      ...entry.commands.map((command) => `    ${command}`),
      `    ${entry.notes.join("; ")}`,
      "",
    ];
  });
  return [headline(calendar), "", ...lines, ...fitLines(calendar), "", calendar.basis].join("\n");
}

/** The calendar as Markdown, for a page or an issue. */
export function calendarMarkdown(calendar: ReleaseCalendar): string {
  const rows = calendar.entries.map((entry) => {
    const [days, when] = whenOf(calendar, entry);
    return [days, when, entry.title, entry.who, entry.notes.join("; ")];
  });
  const commands = calendar.entries
    .filter((entry) => entry.commands.length > 0)
    .flatMap((entry) => [
      `### Day ${whenOf(calendar, entry).join(", ")}: ${entry.title}`,
      "",
      "```sh",
      ...entry.commands,
      "```",
      "",
    ]);
  return [
    `# Release plan of ${calendar.stage}, from ${calendar.start}`,
    "",
    markdownTable(["day", "when", "what", "by", ""], rows),
    "",
    zoneLine(calendar),
    "",
    ...fitLines(calendar),
    "",
    calendar.basis,
    "",
    "## Commands",
    "",
    ...commands,
  ].join("\n");
}

function headline(calendar: ReleaseCalendar): string {
  return `Release plan of ${calendar.stage}, from ${dateOf(calendar, 1)}. ${zoneLine(calendar)}`;
}
