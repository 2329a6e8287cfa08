import { ShareAbove } from "../statistics/share-above.ts";
import { failuresIn, type Period, periodsOf, type StepCounts, unanswered } from "./step-counts.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/** How many of each colour's requests did something in a period. */
interface Pair {
  readonly candidate: number;
  readonly live: number;
}

/** One comparison with live. */
interface Comparison {
  readonly what: string;
  /**
   * Part of the error budget: a candidate that is like live is objected to in at most this part of 1 - confidence of all
   * rollouts, however often somebody looks. The four parts add up to 1.8, so to 9 % at most; simulated, it is less than 7 %.
   */
  readonly part: number;
  /** What is counted, one list of pairs a period: several where there are several ways to see the same. */
  readonly pairs: (period: Period) => readonly Pair[];
  /** As a count in words. */
  readonly counted: (count: number) => string;
  /** What it means that the candidate has more of it, and what to do. */
  readonly objection: string;
  /** As the sentence says that nothing was found. */
  readonly no: string;
}

const comparisons: readonly Comparison[] = [
  {
    what: "error rate against live",
    part: 1,
    pairs: (period) => [failuresIn(period)],
    counted: (count) => countText(count, "error"),
    objection: "The candidate fails more often than the live colour did over the same time",
    no: "fails more often than the live colour",
  },
  {
    what: "4xx against live",
    part: 0.3,
    pairs: ({ candidate, live }) => [{ candidate: candidate.refused, live: live.refused }],
    counted: (count) => `${count} answered 4xx`,
    objection: "The candidate refuses requests (4xx) more often than the live colour did over the same time",
    no: "refuses more requests than the live colour",
  },
  {
    what: "response time against live",
    part: 0.3,
    pairs: ({ candidate, live }) =>
      candidate.slow.map((slow, index) => ({ candidate: slow, live: live.slow[index] ?? 0 })),
    counted: (count) => `${count} slow`,
    objection: "The candidate answers more of its requests late than the live colour did over the same time",
    no: "answers later than the live colour",
  },
  {
    what: "balancer's answers against live",
    part: 0.2,
    // Of what no task answered, while the load balancer had to answer something itself.
    pairs: ({ candidate, live }) =>
      candidate.byBalancer === 0 ? [] : [{ candidate: unanswered(candidate), live: unanswered(live) }],
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
 * Of two colours that are alike, each failure falls on the candidate with its share of the requests. So each period in
 * which something failed is one share: of what failed in it, how much was the candidate's. It is held against the
 * candidate's weight, or its share of the step's requests where that is larger, because clients that were bound to a
 * colour before can shift it. Steps are counted one by one, since their shares differ.
 *
 * Nothing is compared while one colour has no public traffic, at 0 and at 100 %.
 */
export function judgeAgainstLive(steps: readonly StepCounts[], confidence: number): readonly Finding[] {
  const counted = steps.map((step) => ({ ...step, periods: periodsOf(step) }));
  return comparisons.map((comparison) => judge(comparison, counted, confidence));
}

type CountedStep = StepCounts & { readonly periods: readonly Period[] };

function judge(comparison: Comparison, steps: readonly CountedStep[], confidence: number): Finding {
  const { what, part, counted, objection, no } = comparison;
  const compared = steps.filter(({ weightPercent }) => weightPercent > 0 && weightPercent < 100);
  const seen = sumOf(compared, comparison);
  const requests = sumOf(compared, {
    pairs: ({ candidate, live }) => [{ candidate: candidate.requests, live: live.requests }],
  });
  const finding = {
    what,
    value: `${counted(seen.candidate)} in ${countText(requests.candidate, "request")}`,
    bound: `live's ${counted(seen.live)} in ${countText(requests.live, "request")}`,
  };
  const byChance = (1 - confidence) * part;
  if (evidenceAgainst(comparison, compared) >= 1 / byChance) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `${objection}: ${finding.value}, ${finding.bound}. A release that is like live is refused so in at most ${percentText(byChance)} of rollouts. Roll back and compare the two versions' logs.`,
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
}

/** Of the first way to see it, rounded: a failure that is shared out may be a part of one. */
function sumOf(steps: readonly CountedStep[], { pairs }: Pick<Comparison, "pairs">): Pair {
  let candidate = 0;
  let live = 0;
  for (const { periods } of steps) {
    for (const period of periods) {
      const [pair] = pairs(period);
      candidate += pair?.candidate ?? 0;
      live += pair?.live ?? 0;
    }
  }
  return { candidate: Math.round(candidate), live: Math.round(live) };
}

/** The largest that it was after any period; of several ways to see the same it is the mean, which may grow no faster. */
function evidenceAgainst({ pairs }: Comparison, steps: readonly CountedStep[]): number {
  const ways: ShareAbove[] = [];
  let largest = 1;
  for (const { weightPercent, periods } of steps) {
    const allowed = Math.max(weightPercent / 100, shareOfRequests(periods));
    for (const bets of ways) bets.beginStep();
    for (const period of periods) {
      const seen = pairs(period);
      for (const [index, { candidate, live }] of seen.entries()) {
        if (ways[index] === undefined) {
          ways[index] = new ShareAbove();
          ways[index].beginStep();
        }
        if (candidate + live > 0) ways[index].count(candidate / (candidate + live), allowed);
      }
      if (seen.length > 0) largest = Math.max(largest, ways.reduce((sum, { now }) => sum + now, 0) / ways.length);
    }
  }
  return largest;
}

function shareOfRequests(periods: readonly Period[]): number {
  let ofCandidate = 0;
  let ofBoth = 0;
  for (const { candidate, live } of periods) {
    ofCandidate += candidate.requests;
    ofBoth += candidate.requests + live.requests;
  }
  return ofBoth === 0 ? 0 : ofCandidate / ofBoth;
}
