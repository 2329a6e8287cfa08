import { requestsToShow } from "./requests-to-show.ts";
import { errorRateBounds, type RequestCounts } from "./tails.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/**
 * Holds the candidate's error rate against the threshold (guide A1): fails where the rate is above it for certain, passes
 * where it is not above it for certain, and otherwise says how many requests without an error would settle it.
 */
export function judgeErrorRate(candidate: RequestCounts, errorRatePercent: number, confidence: number): Finding {
  const { requests, errors } = candidate;
  const { lower, upper } = errorRateBounds(candidate, confidence);
  const certainly = `with ${percentText(confidence)} confidence`;
  const seen = `${countText(errors, "error")} in ${countText(requests, "request")}`;
  const finding = {
    what: "error rate",
    value: `${seen}: ${percentText(lower)} to ${percentText(upper)}`,
    bound: `at most ${errorRatePercent} %`,
  };
  if (lower * 100 > errorRatePercent) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `The candidate had ${seen}: ${certainly} more than ${percentText(lower)} of its requests fail, and ${errorRatePercent} % is allowed. Roll back and read its logs.`,
    };
  }
  const needed = requestsToShow(errorRatePercent, errors, confidence);
  if (requests >= needed) {
    return {
      ...finding,
      verdict: "pass",
      sentence: `The candidate had ${seen}: ${certainly} no more than ${percentText(upper)} of its requests fail, and ${errorRatePercent} % is allowed.`,
    };
  }
  return {
    ...finding,
    verdict: "not enough data",
    sentence: `The candidate had ${seen}, which shows nothing about ${errorRatePercent} % ${certainly}. Wait for ${countText(needed - requests, "more request")} without an error, ${needed} in all.`,
  };
}
