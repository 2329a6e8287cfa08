import { highestRateLeftOpen, requestsToShow } from "../statistics/rate-below.ts";
import { ShareAbove } from "../statistics/share-above.ts";
import type { RequestCounts } from "./gate-input.ts";
import { failuresIn, type Period } from "./step-counts.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/**
 * Compares the candidate's error rate with the threshold (guide A1).
 *
 * It passes by the sums: at most so many per cent of the requests fail. It fails by the periods, such as minutes, of which
 * each is one share of failing requests, so that a client that sends one failing request many times counts once a minute.
 * Each of the two is wrong in at most 1 - confidence of all rollouts, however often somebody looks. Where neither is shown,
 * the finding says how many requests without an error would decide.
 *
 * @param candidate since the release's first public traffic
 * @param steps the same by period, one list a step
 * @param errorRatePercent the threshold, above 0 and at most 100
 */
export function judgeErrorRate(
  candidate: RequestCounts,
  steps: readonly (readonly Period[])[],
  errorRatePercent: number,
  confidence: number,
): Finding {
  const { requests, errors } = candidate;
  const seen = `${countText(errors, "error")} in ${countText(requests, "request")}`;
  const finding = { what: "error rate", value: seen, bound: `at most ${errorRatePercent} %` };
  if (evidenceAbove(steps, errorRatePercent / 100) >= 1 / (1 - confidence)) {
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

/** How much the periods speak for a rate of failing requests above `rate`; at least 1. */
function evidenceAbove(steps: readonly (readonly Period[])[], rate: number): number {
  const bets = new ShareAbove();
  for (const periods of steps) {
    bets.beginStep();
    for (const period of periods) {
      const { requests } = period.candidate;
      if (requests > 0) bets.count(Math.min(1, failuresIn(period).candidate / requests), rate);
    }
  }
  return bets.largest;
}
