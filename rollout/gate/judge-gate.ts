import { logicalNameOf, recreateCommand } from "../names.ts";
import { judgeAgainstLive } from "./against-live.ts";
import { judgeCapacity } from "./capacity.ts";
import { judgeErrorRate } from "./error-rates.ts";
import { evidenceAgainst } from "./evidence-against.ts";
import { judgeExposure, tellExposure } from "./exposure.ts";
import { judgeFeedback } from "./feedback.ts";
import {
  type Compared,
  checkGateInput,
  defaultConfidence,
  type GateInput,
  type ResponseTimes,
  type WatchedAlarmState,
} from "./gate-input.ts";
import { judgeGuardrails } from "./guardrails.ts";
import { tellSystem } from "./system-figures.ts";
import { type ExposureFigures, type Finding, type Verdict, worstVerdict } from "./verdict.ts";

/** A gate's verdict and everything it rests on, in the order in which it is shown. */
export interface GateJudgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
  /** Where requests pass by exposure and not by the threshold. */
  readonly exposure?: ExposureFigures;
}

/**
 * Whether the next step may be taken, as far as what was measured since the last one tells. The worst finding wins: fail,
 * then not enough data, then pass.
 *
 * What is said of requests holds at any number of looks: a release above the threshold passes in at most 5 % of rollouts,
 * and one that is below it and like live fails in at most 5 %, by whatever is counted of requests, however often the gate is
 * asked.
 *
 * A rise passes in one of two ways: the threshold is shown, or what the next step can cost is within the rollout's budget. A
 * promote needs the threshold.
 *
 * At weight 0 the candidate has no public traffic to be judged by, and the first step is what brings it some: requests are
 * then held against it and not waited for.
 *
 * @throws {RangeError} when a number cannot be, such as more errors than requests
 */
export function judgeGate(input: GateInput): GateJudgement {
  checkGateInput(input);
  const { counts, steps = [], thresholds, guardrails, responseTimes, alarms, capacity } = input;
  const confidence = thresholds.confidence ?? defaultConfidence;
  const evidence = evidenceAgainst(steps, thresholds.errorRatePercent);
  const ofErrors = judgeErrorRate(counts.candidate, evidence, thresholds.errorRatePercent, confidence);
  const ofExposure = ofErrors.verdict === "not enough data" ? askExposure(input, confidence) : undefined;
  const exposure = ofExposure?.figures;
  const ofRequests = [
    // Requests that are too few to show the threshold are enough where exposure passes.
    exposure === undefined ? ofErrors : { ...ofErrors, verdict: "no objection" as const },
    ...(ofExposure === undefined ? [] : [ofExposure.finding]),
    ...judgeAgainstLive(steps, evidence, confidence),
    judgeResponseTime(responseTimes, thresholds.responseTimeSeconds),
    ...judgeGuardrails(guardrails, steps, confidence),
  ];
  const findings = [
    ...(capacity.weightPercent === 0 ? ofRequests.map(notWaitedFor) : ofRequests),
    ...judgeFeedback(input.feedback),
    ...judgeAlarms(alarms),
    ...judgeCapacity(capacity),
    ...tellSystem(input.system),
  ];
  return { verdict: worstVerdict(findings), findings, ...(exposure === undefined ? {} : { exposure }) };
}

function askExposure({ counts, steps = [], exposure, capacity }: GateInput, confidence: number) {
  if (exposure === undefined) return undefined;
  const question = { exposure, counts: counts.candidate, steps, confidence };
  // Before the first step nothing is known of the candidate, and nothing but that step can show something.
  return capacity.weightPercent === 0 ? tellExposure(question) : judgeExposure(question);
}

function notWaitedFor(finding: Finding): Finding {
  if (finding.verdict !== "not enough data") return finding;
  return {
    ...finding,
    verdict: "no objection",
    sentence: "The candidate has no public traffic yet; the first step brings some. Test it on its own host before.",
  };
}

/** One finding an alarm. No alarm at all is not health either: something that should watch is not there. */
export function judgeAlarms(alarms: Readonly<Record<string, WatchedAlarmState>>): readonly Finding[] {
  const names = Object.keys(alarms).sort();
  if (names.length === 0) {
    return [
      {
        what: "alarms",
        value: "none found",
        bound: "OK",
        verdict: "not enough data",
        sentence:
          "No alarm watches the candidate. Run npx pulumi preview --stack <stage> to see which alarms are missing, and create them.",
      },
    ];
  }
  return names.map((name) => judgeAlarm(name, alarms[name]));
}

function judgeAlarm(name: string, state: WatchedAlarmState | undefined): Finding {
  const finding = { what: `alarm ${name}`, value: state ?? "unknown", bound: "OK" };
  switch (state) {
    case "OK":
      return { ...finding, verdict: "pass", sentence: `Alarm ${name} is OK.` };
    case "ALARM":
      return {
        ...finding,
        verdict: "fail",
        sentence: `Alarm ${name} is firing. Roll back, and take no step until it is OK.`,
      };
    case "MISSING":
      return {
        ...finding,
        verdict: "fail",
        sentence: `Alarm ${name} was planned and is not in AWS, so it could not go off. Run ${recreateCommand("Alarm", logicalNameOf(name))}, which creates it again.`,
      };
    default:
      return {
        ...finding,
        verdict: "not enough data",
        sentence: `Alarm ${name} has no data to judge by, which is not health. Wait until it is OK; if it stays so, check that its metric is reported.`,
      };
  }
}

/** Holds the candidate's p95 response time against the threshold (guide A2); the averages are told beside it. */
function judgeResponseTime(times: Compared<ResponseTimes>, responseTimeSeconds: number): Finding {
  const { p95Milliseconds } = times.candidate;
  const limit = `${responseTimeSeconds * 1000} ms`;
  const finding = {
    what: "response time",
    value: `candidate ${timesText(times.candidate)}; live ${timesText(times.live)}`,
    bound: `p95 at most ${limit}`,
  };
  if (p95Milliseconds === undefined) {
    return {
      ...finding,
      verdict: "not enough data",
      sentence:
        "The candidate has no p95 response time for this step. Wait for requests to reach it; where it had some, check that its target group reports to CloudWatch.",
    };
  }
  const shown = `The candidate answers 95 of 100 requests within ${Math.round(p95Milliseconds)} ms, and ${limit} is allowed.`;
  return p95Milliseconds > responseTimeSeconds * 1000
    ? { ...finding, verdict: "fail", sentence: `${shown} Roll back and look for what is slow in its logs.` }
    : { ...finding, verdict: "pass", sentence: shown };
}

function timesText({ averageMilliseconds, p95Milliseconds }: ResponseTimes): string {
  const text = (value: number | undefined) => (value === undefined ? "unknown" : `${Math.round(value)} ms`);
  return `p95 ${text(p95Milliseconds)}, average ${text(averageMilliseconds)}`;
}
