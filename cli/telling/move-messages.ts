import { rollbackCommand } from "../../infra/messages.ts";
import { otherColour } from "../../rollout/colour.ts";
import { describeVerdict } from "../../rollout/gate/judge-rise.ts";
import type { Stage } from "../../rollout/names.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { bakeSecondsAt, type Schedule } from "../../rollout/schedule.ts";
import { addSeconds, type Clock, formatDuration, formatInstant } from "../../rollout/time.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { shownRelease } from "../reports/history-lines.ts";
import { splitWords } from "../terminal.ts";
import type { Message } from "./message.ts";

/** Where a rollout stood before a move, as its message needs it. */
interface Stood {
  readonly record: Pick<RolloutRecord, "images" | "labels" | "schedule">;
  readonly schedule: Schedule;
  readonly clock: Clock;
}

/** What people are told of a move that was made. */
export function moveMessage(evidence: Evidence, { record, schedule, clock }: Stood): Message {
  const { stage, to, at, gate, overridden, readBack } = evidence;
  const candidate = otherColour(to.liveColour);
  const isPromote = evidence.from !== null && evidence.from.liveColour !== to.liveColour;
  // Of a promote it is the release that is live now.
  const colour = isPromote ? to.liveColour : candidate;
  const bakeSeconds = bakeSecondsAt(record.schedule ?? schedule, to.weightPercent);
  return {
    stage,
    what: whatOf(evidence, isPromote),
    release: `${colour} ${shownRelease(record.images[colour], record.labels?.[colour])}`,
    since: formatInstant(new Date(at), clock),
    done: [
      ...(gate === null ? [] : [`Gate: ${describeVerdict(gate)}`]),
      // Not the reason's own words: people write names into them.
      ...(overridden.length === 0 ? [] : ["A written reason let it through, which the history has."]),
      ...(readBack === null ? [] : [`AWS gives ${splitWords(readBack.split)}.`]),
    ],
    next: nextOf(stage, to.weightPercent, bakeSeconds, { at, clock }),
  };
}

function whatOf({ action, from, to }: Evidence, isPromote: boolean): string {
  const candidate = otherColour(to.liveColour);
  if (isPromote) return `${to.liveColour} is live`;
  if (action === "retire") return `${candidate} is retired, and ${to.liveColour} is live`;
  if (from === null || from.weightPercent !== to.weightPercent) {
    return `${candidate} has ${to.weightPercent} % of the public traffic`;
  }
  const done = { restore: "the database was restored", rotate: "the key that signs was rotated" };
  return action === "restore" || action === "rotate" ? done[action] : "the stack file was applied";
}

function nextOf(
  stage: Stage,
  weightPercent: number,
  bakeSeconds: number,
  { at, clock }: { readonly at: string; readonly clock: Clock },
): string[] {
  if (weightPercent === 0) return [`npm run rollout -- status --stage ${stage}`];
  const over = formatInstant(addSeconds(new Date(at), bakeSeconds), clock);
  return [
    `It bakes for ${formatDuration(bakeSeconds)}, until ${over}. After that: npm run rollout -- check --stage ${stage}`,
    `To take it back: ${rollbackCommand(stage)}`,
  ];
}

/** A move that the gate did not let through. */
interface RefusedMove {
  readonly stage: Stage;
  /** What was asked for: `The step to 25 %`. */
  readonly asked: string;
  readonly gate: NonNullable<Evidence["gate"]>;
}

/** What people are told of a gate that refused a move. */
export function verdictMessage({ stage, asked, gate }: RefusedMove): Message {
  const objects = gate.verdict === "fail" ? "the gate fails" : "the gate has not enough data";
  const why = gate.findings.filter(({ verdict }) => verdict === gate.verdict).map(({ sentence }) => sentence);
  return {
    stage,
    what: `${objects}, and ${withinSentence(asked)} is not taken`,
    done: ["Nothing was changed.", ...why],
    next: [
      `npm run rollout -- status --stage ${stage}`,
      ...(gate.verdict === "fail" ? [`To take the candidate's traffic back: ${rollbackCommand(stage)}`] : []),
    ],
  };
}

/** What people are told of an update that may have moved traffic and did not end well. */
export function failureMessage(stage: Stage, asked: string): Message {
  return {
    stage,
    what: "an update failed, and what it left has to be looked at",
    done: [`It was ${withinSentence(asked)}. Whoever ran it has the error.`],
    next: [`npm run rollout -- status --stage ${stage}`, `When in doubt: ${rollbackCommand(stage)}`],
  };
}

/** What people are told of a latch that was cleared. */
export function resumeMessage(stage: Stage): Message {
  return {
    stage,
    what: "the latch of the last rollback is clear, and weights may rise again",
    done: ["The rollout begins again at its first step. The evidence says why."],
    next: [`npm run rollout -- status --stage ${stage}`],
  };
}

/** What was asked for, such as `The step to 25 %`, where it does not begin a sentence. */
function withinSentence(asked: string): string {
  return asked.charAt(0).toLowerCase() + asked.slice(1);
}
