import ICAL from "ical.js";
import { describe, expect, it } from "vitest";
import { calendarIcs } from "../../../../cli/reports/release-plan/calendar-ics.ts";
import { calendarMarkdown, calendarText } from "../../../../cli/reports/release-plan/calendar-text.ts";
import { guideTasks } from "../../../../cli/reports/release-plan/guide-days.ts";
import { releaseCalendar } from "../../../../cli/reports/release-plan/release-plan.ts";
import { openStackFile } from "../../../../cli/stack-file/stack-file.ts";
import { readText } from "../../../docs/markdown.ts";
import { fixtureFolder } from "../../../support/stack-files.ts";

const config = openStackFile(fixtureFolder, "production").readConfig();
const calendar = releaseCalendar(config, { stage: "production", start: "2026-11-30" });
const madeAt = new Date("2026-11-26T00:00:00Z");

describe("the calendar of the production stack", () => {
  it("has each day of the guide's two weeks, with its demands", () => {
    const days = new Set(
      calendar.entries.flatMap(({ firstDay, lastDay }) =>
        Array.from({ length: lastDay - firstDay + 1 }, (_, index) => firstDay + index),
      ),
    );
    for (let day = 1; day <= 14; day += 1) expect(days).toContain(day);
    expect(calendar.entries.filter(({ at }) => at !== undefined).map(({ title }) => title)).toEqual([
      "5 % of the traffic",
      "25 % of the traffic",
      "50 % of the traffic",
      "100 % of the traffic",
      "Promote",
      "Retire the old version",
    ]);
  });

  it("says what does not fit and what would, as text and as Markdown", () => {
    for (const text of [calendarText(calendar), calendarMarkdown(calendar)]) {
      expect(text).toContain("promote is on day 15, after the guide's 14 days.");
      expect(text).toMatch(/- start on 2026-12-\d\d and set rollout\.rollbackWindow to (24|12)h: everything fits/);
      expect(text).toContain("npm run rollout -- promote --stage production");
    }
    expect(calendarText(calendar)).toContain("day 10  Wed, 9 Dec, 09:00  5 % of the traffic");
  });

  it("counts the gate's requests in where the traffic is given: 40 an hour need longer than the bakes", () => {
    const small = releaseCalendar(config, {
      stage: "production",
      start: "2026-11-30",
      requestsPerHour: 40,
      liveErrorRatePercent: 0.1,
    });
    const at = (entries: typeof calendar.entries, title: string) =>
      entries.find((entry) => entry.title.startsWith(title))?.at?.getTime() ?? 0;
    expect(at(small.entries, "100 %")).toBeGreaterThanOrEqual(at(calendar.entries, "100 %"));
    expect(small.entries.flatMap(({ notes }) => notes).join()).toContain("waits for requests, for ");
    expect(small.basis).toContain("At 40 requests an hour, of which 0.1 % fail");
  });

  it("is read by an independent reader of iCalendar, with moments in UTC and whole days", () => {
    const parsed = new ICAL.Component(ICAL.parse(calendarIcs(calendar, madeAt)));
    const events = parsed.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
    expect(events).toHaveLength(calendar.entries.length);
    expect(new Set(events.map(({ uid }) => uid)).size).toBe(events.length);
    const [first] = events;
    expect([first?.summary, String(first?.startDate), String(first?.endDate)]).toEqual([
      "production: Set up staging",
      "2026-11-30",
      "2026-12-02",
    ]);
    const step = events.find(({ summary }) => summary === "production: 5 % of the traffic");
    expect(String(step?.startDate)).toBe("2026-12-08T22:00:00Z");
    expect(String(step?.endDate)).toBe("2026-12-08T23:00:00Z");
    expect(step?.description).toContain("npm run rollout -- advance --stage production");
  });
});

it("names headings that the runbook has", () => {
  const headings = readText("docs/runbook.md")
    .split("\n")
    .filter((line) => line.startsWith("#"))
    .map((line) => line.replace(/^#+ /, ""));
  for (const { readOn } of guideTasks) expect(headings).toContain(readOn);
});
