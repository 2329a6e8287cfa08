import type { VerifyReport } from "../../verify/verify-stage.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import { countsText, notShown, verdictSentence, verifyHeadings, verifyRow } from "./verify-words.ts";

/** The report as Markdown, for a pull request or a message. */
export function verifyMarkdown(report: VerifyReport): string {
  const { stage, from, until, release, sections } = report;
  const parts = [
    `## Verification of ${stage}`,
    `**${markdownText(verdictSentence(report))}** ${countsText(report)}.`,
    `Release: ${release === null ? "no single one" : markdownText(`${release.colour}, ${release.image}`)}. From ${from} until ${until}.`,
    ...sections.map(
      ({ title, findings }) => `### ${title}\n\n${markdownTable(verifyHeadings, findings.map(verifyRow))}`,
    ),
    `### What this report does not show\n\n${notShown.map((one) => `- ${markdownText(one)}`).join("\n")}`,
  ];
  return parts.join("\n\n");
}
