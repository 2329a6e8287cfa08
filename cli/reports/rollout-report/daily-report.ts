import { dateAndTime } from "../../../rollout/time.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import type { HistoryLine } from "../history-lines.ts";
import { shownRelease } from "../history-lines.ts";
import { markdownText } from "../markdown.ts";
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

/** The daily status update to stakeholders (guide K1), as Markdown. What people have to add stands at its end. */
export function dailyReport({ described, split, lines, objectives, images, now, timeZone }: DailyFacts): string {
  const { stage, gate, latch, next, drift } = described;
  const clock = { now, timeZone };
  const { date } = dateAndTime(now, timeZone);
  const release = ({ digest, label }: DailyFacts["images"]["live"]) => shownRelease(digest, label ?? undefined);
  const open = gate.findings
    .filter(({ verdict }) => verdict !== "pass" && verdict !== "no objection")
    .map(({ sentence }) => sentence);
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? none : items.map((item) => `- ${markdownText(item)}`).join("\n");
  return [
    `## ${stage}, ${date}`,
    [
      `- Traffic: ${markdownText(split)}${drift ? ", which is not what was recorded" : ""}`,
      `- Live: ${markdownText(release(images.live))}. Candidate: ${markdownText(release(images.candidate))}`,
      `- ${markdownText(latchLine(latch, clock))}`,
      `- Gate: ${gate.verdict}`,
      `- Next: ${markdownText(next.why)}${next.command === null ? "" : ` \`${next.command}\``}`,
    ].join("\n"),
    `### Since yesterday\n\n${list(
      lines.map((line) => lineText(line, timeZone)),
      "Nothing moved.",
    )}`,
    `### Objectives, the last day\n\n${objectivesTable(objectives)}`,
    `### What stands open\n\n${list(open, "Nothing.")}`,
    "### To add\n\n- [ ] User feedback:\n- [ ] Decision needed, by whom:",
  ].join("\n\n");
}
