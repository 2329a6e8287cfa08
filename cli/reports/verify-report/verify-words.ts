import type { CheckResult, VerifyFinding } from "../../verify/finding.ts";
import { countResults } from "../../verify/run-checks.ts";
import type { VerifyReport } from "../../verify/verify-stage.ts";

const signs: Readonly<Record<CheckResult, string>> = {
  pass: "✓ pass          ",
  fail: "✗ fail          ",
  "not applicable": "  not applicable",
  "not checked": "- not checked   ",
};

/** The verdict in a sentence, which comes first in every form of the report. */
export function verdictSentence({ stage, host, url, verdict, sections }: VerifyReport): string {
  const counts = countResults(sections);
  const told = {
    pass: "passes: no check failed, and all that the config asks for were made",
    fail: `fails: ${counts.fail} of ${counts.pass + counts.fail} checks`,
    incomplete: "is incomplete: no check failed, and not all that the config asks for were made",
  }[verdict];
  return `The ${host} host of ${stage} (${url}) ${told}.`;
}

/** `21 pass, 1 fail, 0 not checked, 4 not applicable` */
export function countsText({ sections }: Pick<VerifyReport, "sections">): string {
  const counts = countResults(sections);
  return (["pass", "fail", "not checked", "not applicable"] as const)
    .map((result) => `${counts[result]} ${result}`)
    .join(", ");
}

/** The report for a terminal: the verdict is the last line, because that is where a person looks. */
export function verifyText(report: VerifyReport): string {
  const sections = report.sections.flatMap(({ title, findings }) => [title, ...findings.flatMap(linesOf), ""]);
  return [...sections, `${countsText(report)}.`, verdictSentence(report)].join("\n");
}

function linesOf({ what, result, found, fix }: VerifyFinding): readonly string[] {
  const indent = " ".repeat(signs.pass.length + 4);
  return [`  ${signs[result]}  ${what}: ${found}`, ...(fix === undefined ? [] : [`${indent}Fix: ${fix}`])];
}

/** The headings of {@link verifyRow}, in its order. */
export const verifyHeadings = ["check", "guide", "result", "found"] as const;

/** One check as a row of a table. */
export function verifyRow({ what, guide, result, found, fix }: VerifyFinding): readonly string[] {
  return [what, guide.join(", "), result, fix === undefined ? found : `${found} Fix: ${fix}`];
}

/** What no check can show. */
export const notShown = [
  "A check shows that a path answers as the config says, once. It does not show that every user's path does.",
  "What is not applicable was not looked at: the config asks for nothing of it.",
];
