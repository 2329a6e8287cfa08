import { buildCommand } from "@stricli/core";
import { WrongUseError } from "../outcome.ts";
import { action, type CommonFlags, commonFlags, explain, numberOption, textFlag } from "./command.ts";

interface PlanReleaseFlags extends CommonFlags {
  readonly start: string;
  readonly requestsPerHour?: number;
  readonly liveErrorRatePercent?: number;
  readonly markdown?: string;
  readonly ical?: string;
}

/** `plan-release`: the guide's two weeks as a calendar. */
export const planRelease = buildCommand({
  docs: explain("Plan the guide's two weeks: which command by whom on which day. It asks nobody and changes nothing.", [
    {
      line: "npm run rollout -- plan-release --stage production --start 2026-11-30 --requests-per-hour 300",
      purpose:
        "From the schedule, office hours, freeze windows and your traffic. It says what does not fit, and what would.",
    },
    {
      line: "npm run rollout -- plan-release --stage production --start 2026-11-30 --markdown plan.md --ical plan.ics",
      purpose: "The same as a page, and as a file that calendar programs import.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      start: { kind: "parsed", parse: String, placeholder: "date", brief: "Day 1, such as 2026-11-30." },
      requestsPerHour: {
        ...numberOption,
        brief: "Public requests in an hour. Without it, only the bakes are counted.",
      },
      liveErrorRatePercent: { ...numberOption, brief: "Per cent of live's requests that fail. Default: guide C3's." },
      markdown: { ...textFlag, placeholder: "file", brief: "Write it as Markdown." },
      ical: { ...textFlag, placeholder: "file", brief: "Write it as iCalendar." },
    },
  },
  func: action(
    async ({ stage, start, markdown, ical, requestsPerHour, liveErrorRatePercent }: PlanReleaseFlags, openWorld) => {
      const [{ isPlanStart }, { releaseCalendar }, { calendarMarkdown, calendarText }, { writeFile }] =
        await Promise.all([
          import("../../rollout/release-plan.ts"),
          import("../reports/release-plan/release-plan.ts"),
          import("../reports/release-plan/calendar-text.ts"),
          import("node:fs/promises"),
        ]);
      if (!isPlanStart(start)) throw new WrongUseError(`--start is "${start}". Give a date such as 2026-11-30.`);
      const world = await openWorld(stage);
      const calendar = releaseCalendar(world.stackFile.readConfig(), {
        stage,
        start,
        requestsPerHour,
        liveErrorRatePercent,
      });
      if (markdown !== undefined) await writeFile(markdown, `${calendarMarkdown(calendar)}\n`);
      if (ical !== undefined) {
        const { calendarIcs } = await import("../reports/release-plan/calendar-ics.ts");
        await writeFile(ical, calendarIcs(calendar, world.now()));
      }
      const written = [markdown, ical].filter((file) => file !== undefined).map((file) => `Wrote ${file}.`);
      return { exitCode: 0, text: [calendarText(calendar), ...written].join("\n"), json: calendar };
    },
  ),
});
