import { formatDuration } from "../../../rollout/time.ts";
import { type Answer, answerText } from "../../acceptance/answer.ts";
import type { VerifyFinding } from "../../verify/finding.ts";
import { markdownTable, markdownText } from "../markdown.ts";
import type { DataAfterRollout } from "./data-after-rollout.ts";
import type { DeliveryFigures } from "./delivery-figures.ts";
import { lineText } from "./report-words.ts";
import type { RolloutReport } from "./rollout-report.ts";

/** What the final report says besides the rollout's own. */
export interface FinalFacts {
  readonly report: RolloutReport;
  /** Over the rollout, and of the last day on the public host (guide C1, C2, C3). */
  readonly objectives: readonly VerifyFinding[];
  readonly figures: DeliveryFigures | undefined;
  readonly data: DataAfterRollout;
  /** What teams and beta users say of the release (guide T6). */
  readonly answers: readonly Answer[];
  readonly timeZone: string;
}

/** What a person has to write. Nothing here can know it. */
const toWrite = [
  "What worked, what surprised us, what we change, who does it until when:",
  "Features and feedback (C5): what support says, and what was done about the notes of teams and beta users:",
] as const;

/** The sections of the final report (guide K3): objectives, reasons, rollbacks, figures of delivery, and what people add. */
export function finalSections({ report, objectives, figures, data, answers, timeZone }: FinalFacts): string {
  const list = (items: readonly string[], none: string) =>
    items.length === 0 ? none : items.map((item) => `- ${markdownText(item)}`).join("\n");
  const reasons = report.lines.filter(({ override }) => override !== undefined);
  const rollbacks = report.lines.filter(({ event }) => event === "rolled back" || event === "returned");
  return [
    `### Objectives\n\n${objectivesTable(objectives)}`,
    `### Data (C4)\n\n${dataLines(data)}`,
    `### Acceptance\n\n${markdownTable(
      ["who", "said"],
      answers.map((answer) => [answer.who, answerText(answer)]),
    )}`,
    `### Reasons that let a move through\n\n${list(
      reasons.map((line) => lineText(line, timeZone)),
      "None was given.",
    )}`,
    `### Rollbacks\n\n${list(
      rollbacks.map((line) => lineText(line, timeZone)),
      "There was none.",
    )}`,
    `### How we deliver\n\n${figures === undefined ? "No release has had public traffic." : list(figureLines(figures), "")}`,
    `### What we learned\n\n${toWrite.map((line) => `- [ ] ${line}`).join("\n")}`,
  ].join("\n\n");
}

/** Ticked where the data held. What is missing is a task, with its command. */
function dataLines({ holds, sentence, command }: DataAfterRollout): string {
  const ask = command === null ? "" : ` Run:\n\n      ${command}`;
  return `- [${holds ? "x" : " "}] ${markdownText(sentence)}${ask}`;
}

/** The objectives as a table, for the daily report too. */
export function objectivesTable(objectives: readonly VerifyFinding[]): string {
  return markdownTable(
    ["objective", "guide", "", "found"],
    objectives.map(({ what, guide, result, found }) => [what, guide.join(", "), result, found]),
  );
}

function figureLines(figures: DeliveryFigures): readonly string[] {
  const { rollouts, days, promoted, failed, failedPercent, secondsToPromote, secondsUntilTakenBack } = figures;
  return [
    `Deployment frequency: ${rollouts} ${rollouts === 1 ? "rollout" : "rollouts"} in ${days} days, ${promoted} promoted.`,
    `Change fail rate: ${failedPercent === null ? "no rollout has ended" : `${failed} of ${promoted + failed} (${Math.round(failedPercent)} %) were not kept`}.`,
    `From the first public traffic to the promote, median: ${secondsToPromote === null ? "none was promoted" : formatDuration(secondsToPromote)}.`,
    `Public traffic of a release that was not kept, median: ${secondsUntilTakenBack === null ? "every one was kept" : formatDuration(secondsUntilTakenBack)}.`,
  ];
}
