import type { Compared } from "./gate-input.ts";
import { errorRateBounds, type RequestCounts } from "./tails.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/**
 * Holds the candidate's error rate against the live colour's over the same time. It can only refuse: a candidate that is
 * as bad as a bad live colour is no good candidate, and overlapping bounds prove nothing.
 *
 * The allowed probability of error is shared between the two bounds, half each (Bonferroni), so that both hold together
 * with the stated confidence.
 */
export function judgeAgainstLive({ candidate, live }: Compared<RequestCounts>, confidence: number): Finding {
  const splitConfidence = 1 - (1 - confidence) / 2;
  const ofCandidate = errorRateBounds(candidate, splitConfidence);
  const ofLive = errorRateBounds(live, splitConfidence);
  const finding = {
    what: "error rate against live",
    value: `${countText(candidate.errors, "error")} in ${countText(candidate.requests, "request")}: at least ${percentText(ofCandidate.lower)}`,
    bound: `live's ${countText(live.errors, "error")} in ${countText(live.requests, "request")}: at most ${percentText(ofLive.upper)}`,
  };
  const certainly = `with ${percentText(confidence)} confidence (${percentText(splitConfidence)} for each of the two bounds)`;
  if (ofCandidate.lower > ofLive.upper) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `The candidate fails more often than the live colour did over the same time, ${certainly}. Roll back and compare the two versions' logs.`,
    };
  }
  return {
    ...finding,
    verdict: "no objection",
    sentence:
      live.requests === 0
        ? "The live colour had no requests in this time, so there is nothing to compare the candidate with."
        : `The candidate is not shown to fail more often than the live colour, ${certainly}. That alone lets no step pass.`,
  };
}
