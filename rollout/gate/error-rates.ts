import { highestRateLeftOpen, requestsToShow } from "../statistics/rate-below.ts";
import { type EvidenceAgainst, isCharged } from "./evidence-against.ts";
import type { RequestCounts } from "./gate-input.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/**
 * Compares the candidate's error rate with the threshold (guide A1).
 *
 * It passes by the sums: at most so many per cent of the requests fail. It fails by the periods, such as minutes, of which
 * each is one share of failing requests, so that a client that sends one failing request many times counts once a minute.
 * Passing is wrong in at most 1 - confidence of all rollouts, however often somebody looks, and failing is, together with the
 * comparisons with live. Where neither is shown, the finding says how many requests without an error would decide.
 *
 * @param candidate since the release's first public traffic
 * @param evidence what {@link evidenceAgainst} says of the same requests
 * @param errorRatePercent the threshold, above 0 and at most 100
 */
export function judgeErrorRate(
  candidate: RequestCounts,
  evidence: EvidenceAgainst,
  errorRatePercent: number,
  confidence: number,
): Finding {
  const { requests, errors } = candidate;
  const seen = `${countText(errors, "error")} in ${countText(requests, "request")}`;
  const finding = { what: "error rate", value: seen, bound: `at most ${errorRatePercent} %` };
  if (isCharged(evidence, "rate", confidence)) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `The candidate had ${seen}, and that shows that more than ${errorRatePercent} % of its requests fail. Roll back and read its logs.`,
    };
  }
  const open = percentText(highestRateLeftOpen(candidate, confidence));
  const value = requests === 0 ? seen : `${seen}: at most ${open}`;
  const needed = requestsToShow(errorRatePercent / 100, errors, confidence);
  if (requests >= needed) {
    return {
      ...finding,
      value,
      verdict: "pass",
      sentence: `The candidate had ${seen}, and that shows that at most ${open} of its requests fail. ${errorRatePercent} % may.`,
    };
  }
  const toWaitFor = `${countText(needed - requests, requests === 0 ? "request" : "more request")} without an error`;
  return {
    ...finding,
    value,
    verdict: "not enough data",
    sentence:
      requests === 0
        ? `The candidate has had no traffic yet. Wait for ${toWaitFor}.`
        : `The candidate had ${seen}, and that leaves open that up to ${open} of its requests fail. ${errorRatePercent} % may. Wait for ${toWaitFor}, ${needed} in all.`,
  };
}
