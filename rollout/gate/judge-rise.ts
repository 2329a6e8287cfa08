import { type Colour, otherColour } from "../colour.ts";
import { askedFor, loweringIsAllowed, type Move, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import { standingProblems } from "../standing-problems.ts";
import { formatDuration, mostClocksDifferSeconds } from "../time.ts";
import { exposureFinding } from "./exposure.ts";
import type { GateInput } from "./gate-input.ts";
import { type GateQuestion, realPercent } from "./gate-question.ts";
import { type GateJudgement, judgeGate } from "./judge-gate.ts";
import { type GateSettings, gateInputOf, type StageSight } from "./stage-sight.ts";
import { countText, type Finding, verdictText, worstVerdict } from "./verdict.ts";

/** A move that the gate is asked about, and what it is judged by. */
export interface RiseRequest {
  readonly question: GateQuestion;
  readonly move: Pick<Move, "previous" | "wanted" | "realWeights" | "schedule">;
  readonly thresholds: Pick<
    GateSettings,
    | "errorRatePercent"
    | "responseTimeSeconds"
    | "minTasks"
    | "objectivePercent"
    | "minimumErrors"
    | "guardrails"
    | "systemLimits"
    | "feedbackLimit"
  >;
  /** Task definitions of the last update; null for a colour without an image. */
  readonly plannedTaskDefinitionArns: Readonly<Record<Colour, string | null>>;
  readonly sight: StageSight;
}

/** What the gate says about a rise or a promote. */
export interface RiseJudgement extends GateJudgement {
  readonly input: GateInput;
  /** Why the move is refused, a message for each finding that objects. */
  readonly refusals: readonly Refusal[];
}

/**
 * Judges a rise or a promote by what AWS shows.
 *
 * What fails, and what stands in the way, refuses whatever is written. Where only data is missing, a written reason lets the
 * move through.
 */
export function judgeRise(request: RiseRequest): RiseJudgement {
  const { question, move, thresholds, plannedTaskDefinitionArns, sight } = request;
  const live = move.previous?.liveColour ?? move.wanted.liveColour;
  const candidate = otherColour(live);
  const isPromote = move.wanted.liveColour !== live;
  const input = gateInputOf(sight, {
    ...thresholds,
    candidate,
    live,
    weightPercent: realPercent(move, candidate) ?? move.previous?.weightPercent ?? 0,
    nextWeightPercent: isPromote ? 100 : move.wanted.weightPercent,
    schedule: move.schedule,
  });
  const judgement = question === "everything" ? judgeGate(input) : judgeWhatFails(input);
  const asked = askedFor(move);
  const problems = [
    ...clockProblems(sight),
    ...standingProblems({ ...sight, plannedTaskDefinitionArns }),
    ...(isPromote ? [] : limitProblems(sight, move.wanted.weightPercent)),
    // A firing alarm stands in the way already, and fails the gate as well in words of its own.
    ...sentencesOf(judgement.findings, "fail", ({ value }) => value !== "ALARM"),
  ].map((problem): Refusal => ({ rule: "gate", message: `${asked} ${problem}`, allowance: null }));
  const missing = sentencesOf(judgement.findings, "not enough data").map(
    (sentence, index, { length }): Refusal => ({
      rule: "data",
      message: `${asked} ${sentence}${index === length - 1 ? ` ${withoutData}` : ""}`,
      allowance: "data",
    }),
  );
  return { ...judgement, input, refusals: [...problems, ...(judgement.verdict === "not enough data" ? missing : [])] };
}

/**
 * The machine returns a step whose limit's alarm is on. CloudWatch evaluates such an alarm once an hour, so that it can be on
 * from the last time that the step stood.
 */
function limitProblems({ limitAlarms = {} }: StageSight, weightPercent: number): readonly string[] {
  const { name, state } = limitAlarms[weightPercent] ?? {};
  if (state !== "ALARM") return [];
  return [
    `Alarm ${name}, on the limit of the ${weightPercent} % step, is on from the last time, and the rollback would return the step at once. CloudWatch looks at it once an hour: wait until it is OK.`,
  ];
}

/** By a clock that is ahead a bake is over that nobody has waited for, and requests are counted that nobody has made yet. */
function clockProblems({ clockAheadSeconds = 0 }: StageSight): readonly string[] {
  const apart = Math.abs(clockAheadSeconds);
  if (apart <= mostClocksDifferSeconds) return [];
  const where = clockAheadSeconds > 0 ? "ahead of" : "behind";
  return [
    `The clock of this machine is ${formatDuration(apart)} ${where} AWS's. Bakes, freeze windows and the times of requests would be judged by a wrong time. Correct the clock, and run this command again.`,
  ];
}

const withoutData = `Preview again later, see how long it takes with npm run rollout -- forecast --stage <stage>, or ${reasonFor("data")}. ${loweringIsAllowed}`;

/** The part of the gate that waits for no request: what fails, and the tasks and alarms that have nothing to object. */
function judgeWhatFails(input: GateInput): GateJudgement {
  const findings = judgeGate(input).findings.filter(
    ({ what, verdict }) =>
      verdict === "fail" || (verdict !== "not enough data" && (what.startsWith("alarm ") || what.endsWith("capacity"))),
  );
  return { findings, verdict: worstVerdict(findings) };
}

function sentencesOf(
  findings: readonly Finding[],
  verdict: Finding["verdict"],
  isMeant: (finding: Finding) => boolean = () => true,
): string[] {
  return findings.filter((finding) => finding.verdict === verdict && isMeant(finding)).map(({ sentence }) => sentence);
}

/** A verdict in one line: which way a rise passes, and what it rests on. */
export function describeVerdict(judged: Omit<RiseJudgement, "refusals">): string {
  const { input, findings } = judged;
  const { counts, responseTimes, capacity } = input;
  const { p95Milliseconds } = responseTimes.candidate;
  const alarms = findings.filter((finding) => finding.what.startsWith("alarm ") && finding.verdict === "pass").length;
  const { candidate, live } = capacity.healthyTasks;
  const shown = [
    `${countText(counts.candidate.requests, "request")} of the candidate with ${countText(counts.candidate.errors, "error")}`,
    ...(p95Milliseconds === undefined ? [] : [`p95 ${Math.round(p95Milliseconds)} ms`]),
    `${countText(alarms, "alarm")} OK`,
    `${countText(candidate, "healthy task")} of the candidate and ${live} of live`,
  ].join(", ");
  const told = findings.find((finding) => finding.what === exposureFinding && finding.verdict !== "not enough data");
  return `${verdictText(judged)} (${shown}).${told === undefined ? "" : ` ${told.sentence}`}`;
}
