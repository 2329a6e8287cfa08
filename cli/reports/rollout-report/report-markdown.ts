import { markdownTable, markdownText } from "../markdown.ts";
import { failedSentence, lineText, moment, notShown, stepHeadings, stepRow, verdictSentence } from "./report-words.ts";
import type { RolloutReport } from "./rollout-report.ts";

/** The report as Markdown, for a pull request or a message. */
export function reportMarkdown(report: RolloutReport, timeZone: string): string {
  const { stage, from, until, lines, missing, refusedLooks, steps } = report;
  const list = (items: readonly string[]) => items.map((item) => `- ${markdownText(item)}`).join("\n");
  const parts = [
    `## Rollout report of ${stage}`,
    `**${markdownText(verdictSentence(report))}** ${markdownText(failedSentence(report))}`,
    `From ${moment(from, timeZone)} until ${moment(until, timeZone)}.`,
    markdownTable(
      stepHeadings,
      steps.map((step) => Object.values(stepRow(step, timeZone))),
    ),
    `### What happened\n\n${list(lines.map((line) => lineText(line, timeZone)))}`,
    ...(refusedLooks.length === 0
      ? []
      : [
          `### What the gate refused\n\n${list(
            refusedLooks.map(
              ({ at, wanted, refusals }) =>
                `${moment(at, timeZone)}, asked for ${wanted.weightPercent} %: ${refusals.map(({ message }) => message).join(" ")}`,
            ),
          )}`,
        ]),
    `### What this report does not show\n\n${list([...missing, ...notShown])}`,
  ];
  return parts.join("\n\n");
}
