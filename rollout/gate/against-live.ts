import {
  type Comparison,
  comparedPairs,
  type EvidenceAgainst,
  isCharged,
  isCompared,
  type Pair,
} from "./evidence-against.ts";
import { type Period, periodsOf, type StepCounts } from "./step-counts.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/** How a comparison with live is told. */
interface ComparisonTexts {
  readonly comparison: Comparison;
  readonly what: string;
  /** As a count in words. */
  readonly counted: (count: number) => string;
  /** What it means that the candidate has more of it, and what to do. */
  readonly objection: string;
  /** As the sentence says that nothing was found. */
  readonly no: string;
}

const comparisons: readonly ComparisonTexts[] = [
  {
    comparison: "errors",
    what: "error rate against live",
    counted: (count) => countText(count, "error"),
    objection: "The candidate fails more often than the live colour did over the same time",
    no: "fails more often than the live colour",
  },
  {
    comparison: "refused",
    what: "4xx against live",
    counted: (count) => `${count} answered 4xx`,
    objection: "The candidate refuses requests (4xx) more often than the live colour did over the same time",
    no: "refuses more requests than the live colour",
  },
  {
    comparison: "late",
    what: "response time against live",
    counted: (count) => `${count} slow`,
    objection: "The candidate answers more of its requests late than the live colour did over the same time",
    no: "answers later than the live colour",
  },
  {
    comparison: "unanswered",
    what: "balancer's answers against live",
    counted: (count) => `${count} left unanswered`,
    objection:
      "The candidate's tasks leave requests unanswered (502 or 504) more often than the live colour's did over the same time",
    no: "leaves more requests unanswered than the live colour",
  },
];

/**
 * Compares the candidate with the live colour over the same time: errors, refused requests (4xx), late answers, and
 * requests that no task answered. It can only refuse: a candidate that is as bad as a bad live colour is not good.
 *
 * Nothing is compared while one colour has no public traffic, at 0 and at 100 %.
 *
 * @param evidence what {@link evidenceAgainst} says of the same steps
 */
export function judgeAgainstLive(
  steps: readonly StepCounts[],
  evidence: EvidenceAgainst,
  confidence: number,
): readonly Finding[] {
  const periods = steps.filter(isCompared).flatMap(periodsOf);
  const requests = sumOf(periods, ({ candidate, live }) => ({ candidate: candidate.requests, live: live.requests }));
  return comparisons.map(({ comparison, what, counted, objection, no }): Finding => {
    const seen = sumOf(periods, (period) => comparedPairs[comparison](period)[0]);
    const finding = {
      what,
      value: `${counted(seen.candidate)} in ${countText(requests.candidate, "request")}`,
      bound: `live's ${counted(seen.live)} in ${countText(requests.live, "request")}`,
    };
    if (isCharged(evidence, comparison, confidence)) {
      return {
        ...finding,
        verdict: "fail",
        sentence: `${objection}: ${finding.value}, ${finding.bound}. A release that is like live and keeps to the threshold is refused in at most ${percentText(1 - confidence)} of rollouts, by the error rate and all comparisons together. Roll back and compare the two versions' logs.`,
      };
    }
    return {
      ...finding,
      verdict: "no objection",
      sentence:
        requests.live === 0 || requests.candidate === 0
          ? "Only one colour had public requests in this time, so there is nothing to compare the candidate with."
          : `Nothing shows that the candidate ${no}. This alone does not let a step pass.`,
    };
  });
}

/** Rounded: a failure that is shared out may be a part of one. */
function sumOf(periods: readonly Period[], of: (period: Period) => Pair | undefined): Pair {
  let candidate = 0;
  let live = 0;
  for (const period of periods) {
    const pair = of(period);
    candidate += pair?.candidate ?? 0;
    live += pair?.live ?? 0;
  }
  return { candidate: Math.round(candidate), live: Math.round(live) };
}
