import { buildCommand } from "@stricli/core";
import { WrongUseError } from "../outcome.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface ReportFlags extends CommonFlags {
  readonly html?: string;
  readonly daily?: boolean;
  readonly final?: boolean;
  readonly mail?: boolean;
}

/** `report`: the latest rollout of a stage, for people who were not there. */
export const report = buildCommand({
  docs: explain("Report the latest rollout of a stage: its verdict, each step with its counts, and what happened.", [
    {
      line: "npm run rollout -- report --stage production --html rollout-report.html",
      purpose: "A page with charts, complete in one file, and the report as Markdown.",
    },
    {
      line: "npm run --silent rollout -- report --stage production > report.md",
      purpose: "The Markdown alone, for a pull request or a message.",
    },
    {
      line: "npm run rollout -- report --stage production --daily",
      purpose: "The last day for stakeholders: traffic, what moved, the objectives, what stands open.",
    },
    {
      line: "npm run rollout -- report --stage production --daily --mail",
      purpose: "The same, mailed to mail.reportsTo as text and HTML.",
    },
    {
      line: "npm run rollout -- report --stage production --final",
      purpose: "The report with objectives, reasons, rollbacks and delivery figures, and what people have to add.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      html: { ...textFlag, placeholder: "file", brief: "Write the report as a page into this file." },
      daily: { ...switchFlag, brief: "Report the last day instead of the rollout." },
      mail: { ...switchFlag, brief: "Mail the daily report to mail.reportsTo as well." },
      final: { ...switchFlag, brief: "Add what a summary needs after a rollout." },
    },
  },
  func: action(async ({ stage, html, daily = false, final = false, mail = false }: ReportFlags, openWorld) => {
    if (daily && (final || html !== undefined))
      throw new WrongUseError("--daily goes with neither --final nor --html.");
    if (mail && !daily) throw new WrongUseError("--mail goes with --daily.");
    const world = await openWorld(stage);
    if (daily) return await (await import("../reports/rollout-report/report-day.ts")).reportDay(world, { mail });
    const { reportStage } = await import("../reports/rollout-report/report-stage.ts");
    return await reportStage(world, { html, final });
  }),
});
