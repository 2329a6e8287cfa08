import { plainLine } from "../../../rollout/plain-text.ts";
import { dateAndTime } from "../../../rollout/time.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import type { HistoryLine } from "../history-lines.ts";
import { shownRelease } from "../history-lines.ts";
import { markdownText } from "../markdown.ts";
import { html, page } from "../page/html.ts";
import { pageStyle } from "../page/page-style.ts";
import { latchLine } from "../rescue-status.ts";
import type { StageDescription } from "../status-report.ts";
import { objectivesTable } from "./final-sections.ts";
import { lineText } from "./report-words.ts";

/** What the daily report is made from. */
export interface DailyFacts {
  readonly described: StageDescription;
  readonly split: string;
  /** Of the last day, oldest first. */
  readonly lines: readonly HistoryLine[];
  readonly objectives: readonly VerifyFinding[];
  readonly images: Readonly<
    Record<"live" | "candidate", { readonly digest: string | null; readonly label?: string | null }>
  >;
  readonly now: Date;
  readonly timeZone: string;
}

/** The parts of the report, as plain text. */
interface DailyParts {
  readonly title: string;
  readonly standing: readonly string[];
  readonly next: { readonly why: string; readonly command: string | null };
  readonly since: readonly string[];
  readonly open: readonly string[];
}

function partsOf({ described, split, lines, images, now, timeZone }: DailyFacts): DailyParts {
  const { stage, gate, latch, next, drift } = described;
  const { date } = dateAndTime(now, timeZone);
  const release = ({ digest, label }: DailyFacts["images"]["live"]) => shownRelease(digest, label ?? undefined);
  return {
    title: `${stage}, ${date}`,
    standing: [
      `Traffic: ${split}${drift ? ", which is not what was recorded" : ""}`,
      `Live: ${release(images.live)}. Candidate: ${release(images.candidate)}`,
      latchLine(latch, { now, timeZone }),
      `Gate: ${gate.verdict}`,
      ...gate.findings.filter(({ what }) => what === "user feedback").map(({ value }) => `User feedback: ${value}`),
    ],
    next,
    since: lines.map((line) => lineText(line, timeZone)),
    open: gate.findings
      .filter(({ verdict }) => verdict !== "pass" && verdict !== "no objection")
      .map(({ sentence }) => sentence),
  };
}

/** The daily status update to stakeholders (guide K1), as Markdown. What people have to add stands at its end. */
export function dailyReport(facts: DailyFacts): string {
  const { title, standing, next, since, open } = partsOf(facts);
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? none : items.map((item) => `- ${markdownText(item)}`).join("\n");
  return [
    `## ${title}`,
    [
      list(standing, ""),
      `- Next: ${markdownText(next.why)}${next.command === null ? "" : ` \`${next.command}\``}`,
    ].join("\n"),
    `### Since yesterday\n\n${list(since, "Nothing moved.")}`,
    `### Objectives, the last day\n\n${objectivesTable(facts.objectives)}`,
    `### What stands open\n\n${list(open, "Nothing.")}`,
    "### To add\n\n- [ ] User feedback:\n- [ ] Decision needed, by whom:",
  ].join("\n\n");
}

/** The same as a mail: text for whoever reads no HTML, and a page that loads nothing. What people add is not in it. */
export function dailyMail(facts: DailyFacts): {
  readonly subject: string;
  readonly text: string;
  readonly html: string;
} {
  const { title, standing, next, since, open } = partsOf(facts);
  const nextLine = `Next: ${next.why}${next.command === null ? "" : ` ${next.command}`}`;
  const objectives = facts.objectives.map(({ what, result, found }) => `${what}: ${result}, ${found}`);
  const sections = [
    { heading: "Since yesterday", items: since.length === 0 ? ["Nothing moved."] : since },
    { heading: "Objectives, the last day", items: objectives },
    { heading: "What stands open", items: open.length === 0 ? ["Nothing."] : open },
  ];
  const listed = (items: readonly string[]) => html`<ul>${items.map((item) => html`<li>${item}</li>\n`)}</ul>`;
  const body = html`<main>
<h1>${title}</h1>
${listed([...standing, nextLine])}
${sections.map(({ heading, items }) => html`<h2>${heading}</h2>\n${listed(items)}\n`)}</main>
`;
  const lines = (items: readonly string[]) => items.map((item) => `- ${plainLine(item)}`);
  return {
    subject: `Rollout of ${title}`,
    text: [
      title,
      "",
      ...lines([...standing, nextLine]),
      ...sections.flatMap(({ heading, items }) => ["", heading, ...lines(items)]),
      "",
    ].join("\n"),
    html: page({ title: `Rollout of ${title}`, style: pageStyle, body }),
  };
}
