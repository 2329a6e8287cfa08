import { judgeAlarms } from "./alarm-states.ts";
import { judgeCapacity } from "./capacity.ts";
import { judgeAgainstLive, judgeErrorRate } from "./error-rates.ts";
import { checkGateInput, defaultConfidence, type GateInput } from "./gate-input.ts";
import { judgeResponseTime } from "./response-time.ts";
import { type Finding, type Verdict, worstVerdict } from "./verdict.ts";

/** A gate's verdict and everything it rests on, in the order in which it is shown. */
export interface GateJudgement {
  readonly verdict: Verdict;
  readonly findings: readonly Finding[];
}

/**
 * Whether the next step may be taken, as far as what was measured since the last one tells. The worst finding wins: fail,
 * then not enough data, then pass.
 *
 * Each bound has its confidence for one look. Asking again and again until it passes uses that up: ask when the bake is
 * over.
 *
 * At weight 0 the candidate has no public traffic to be judged by, and the first step is what brings it some: requests are
 * then held against it and not waited for.
 *
 * @throws {RangeError} when a number cannot be, such as more errors than requests
 */
export function judgeGate(input: GateInput): GateJudgement {
  checkGateInput(input);
  const { counts, thresholds, responseTimes, alarms, capacity } = input;
  const confidence = thresholds.confidence ?? defaultConfidence;
  const ofRequests = [
    judgeErrorRate(counts.candidate, thresholds.errorRatePercent, confidence),
    judgeAgainstLive(counts, confidence),
    judgeResponseTime(responseTimes, thresholds.responseTimeSeconds),
  ];
  const findings = [
    ...(capacity.weightPercent === 0 ? ofRequests.map(notWaitedFor) : ofRequests),
    ...judgeAlarms(alarms),
    ...judgeCapacity(capacity),
  ];
  return { verdict: worstVerdict(findings), findings };
}

function notWaitedFor(finding: Finding): Finding {
  if (finding.verdict !== "not enough data") return finding;
  return {
    ...finding,
    verdict: "no objection",
    sentence: "The candidate has no public traffic yet; the first step brings some. Test it on its own host before.",
  };
}
