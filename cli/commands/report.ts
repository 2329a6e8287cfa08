import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface ReportFlags extends CommonFlags {
  readonly html?: string;
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
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      html: { ...textFlag, placeholder: "file", brief: "Write the report as a page into this file." },
    },
  },
  func: action(async ({ stage, html }: ReportFlags, openWorld) => {
    const { reportStage } = await import("../reports/rollout-report/report-stage.ts");
    return await reportStage(await openWorld(stage), html);
  }),
});
