import { verdictText } from "../../rollout/gate/verdict.ts";
import { formatDuration, formatInstant } from "../../rollout/time.ts";
import { moveTitle } from "../moves/asked-move.ts";
import type { AskedMove } from "../moves/decide.ts";
import type { JudgedPlan } from "../moves/evidence.ts";
import { shownFindings } from "./gate-report.ts";
import { shownRelease } from "./history-lines.ts";
import { markdownTable, markdownText } from "./markdown.ts";
import type { StageDescription } from "./status-report.ts";

/** What a pull request that takes a move is called: on its branch, and for a reader. */
export interface ProposalName {
  /** One for each move of a stage, so that the same move is never proposed twice. */
  readonly branch: string;
  readonly title: string;
}

/** How the pull request of a move is called. A weight that falls to 0 follows traffic that was returned already. */
export function proposalName(
  { stage, record }: Pick<StageDescription, "stage" | "record">,
  move: Pick<AskedMove, "action" | "to">,
): ProposalName {
  const { action, to } = move;
  const branch = (name: string) => `next-step/${stage}/${name}`;
  if (action === "promote") {
    return { branch: branch(`promote-${to.liveColour}`), title: moveTitle(stage, move) };
  }
  if (action === "apply") {
    return {
      branch: branch(`${to.liveColour}-back-from-${record.weightPercent}`),
      title: `Record the rollback in ${stage}`,
    };
  }
  return {
    branch: branch(`${to.liveColour}-${record.weightPercent}-to-${to.weightPercent}`),
    title: moveTitle(stage, move),
  };
}

/** The text of a move's pull request: what merging does, and what the gate saw. */
export function proposalBody(stage: StageDescription, move: AskedMove, { plan, judged }: JudgedPlan): string {
  const clock = { now: new Date(stage.at), timeZone: stage.timeZone };
  const { record, candidate } = stage;
  const release = stage.colours[candidate];
  const gate = judged?.gate ?? null;
  const standing = markdownTable(
    ["stage", "live", "candidate", "release of the candidate", "since", "baked"],
    [
      [
        stage.stage,
        record.liveColour,
        `${candidate}, ${record.weightPercent} %`,
        shownRelease(release.image, release.label),
        formatInstant(new Date(record.since), clock),
        formatDuration(stage.bake.seconds),
      ],
    ],
  );
  return [
    effect(stage, move),
    "",
    standing,
    "",
    ...(gate === null
      ? []
      : [
          `### The gate: ${verdictText(gate)}`,
          "",
          markdownTable(
            ["what", "verdict", "found", "bound"],
            shownFindings(gate.findings).map(({ what, verdict, value, bound }) => [what, verdict, value, bound]),
          ),
          "",
          ...gate.findings
            .filter(({ verdict }) => verdict !== "pass" && verdict !== "no objection")
            .flatMap(({ sentence }) => [`- ${markdownText(sentence)}`]),
          "",
        ]),
    "### What the update changes, besides the record",
    "",
    ...(plan.changes.length === 0
      ? ["- nothing"]
      : plan.changes.map(
          ({ operations, type, name }) => `- ${operations.join(", ")} \`${type}\` ${markdownText(name)}`,
        )),
    "",
    `Asked ${formatInstant(clock.now, clock)} by \`npm run rollout -- propose --stage ${stage.stage}\`. To take traffic back at any time: \`npm run rollout -- rollback --stage ${stage.stage}\`, or the workflow _rollback_.`,
  ].join("\n");
}

function effect({ stage, candidate }: StageDescription, { action, to }: AskedMove): string {
  const again = "The deploy applies the file, and the program asks rules and gate again then.";
  if (action === "promote") {
    return `**Merging this makes ${to.liveColour} live in ${stage}.** Public traffic does not move: ${to.liveColour} has all of it. ${again}`;
  }
  if (action === "apply") {
    return `**Merging this moves no traffic.** A rollback has returned it to ${to.liveColour}. Then the file and the record say so too. The latch stays set until somebody runs \`npm run rollout -- resume --stage ${stage}\`.`;
  }
  return `**Merging this gives ${candidate} ${to.weightPercent} % of the public traffic of ${stage}.** ${again}`;
}
