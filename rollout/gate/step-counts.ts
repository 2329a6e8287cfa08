import { z } from "zod";
import { type CountedAnswers, failuresAtMost } from "../balancer-failures.ts";
import type { Counts } from "../statistics/rate-below.ts";

/**
 * Whole numbers in the order of time, one a period, as a text: `0*57 1 0*3 2` is 57 times 0, then 1, three times 0, and 2.
 * A week of minutes fits into a few lines of an evidence file that way.
 */
const series = z.string().regex(/^(\d+(\*\d+)?( \d+(\*\d+)?)*)?$/);

/** @throws {RangeError} for what is no whole number from 0 */
export function packSeries(values: Iterable<number>): string {
  const runs: { value: number; times: number }[] = [];
  for (const value of values) {
    if (!(Number.isSafeInteger(value) && value >= 0)) {
      throw new RangeError(`a count is ${value}; it is a whole number from 0.`);
    }
    const last = runs.at(-1);
    if (last?.value === value) last.times += 1;
    else runs.push({ value, times: 1 });
  }
  return runs.map(({ value, times }) => (times === 1 ? String(value) : `${value}*${times}`)).join(" ");
}

export function unpackSeries(text: string): number[] {
  if (text === "") return [];
  return text.split(" ").flatMap((run) => {
    const [value, times = "1"] = run.split("*");
    return Array<number>(Number(times)).fill(Number(value));
  });
}

const colourSeries = z
  .strictObject({
    /** Requests for which the load balancer chose a task of the colour. */
    requests: series,
    /** Of those, the ones that a task answered, with whatever status. */
    answered: series,
    /** Of the answers, the ones with 5xx. */
    failed: series,
    /** Of the answers, the ones with 4xx. */
    refused: series,
    /** Of the answers, those that took longer than each of `slowerThanSeconds`, in that order. */
    slow: z.array(series).readonly(),
  })
  .readonly();

const instant = z.iso.datetime();

/** What both colours counted while the public traffic had one split: one step, or what was seen of it. */
export const stepCountsSchema = z
  .strictObject({
    /** Per cent of public traffic that the candidate had. */
    weightPercent: z.number(),
    /** ISO 8601 instant, included. */
    from: instant,
    /** ISO 8601 instant, excluded. */
    until: instant,
    /** Length of the time that each number of a series counts, whole minutes. */
    periodSeconds: z.int(),
    candidate: colourSeries,
    live: colourSeries,
    /** What the load balancer answered itself with 502 or 504, for whichever colour. */
    byBalancer: series,
    /** Response times that slow answers are counted by, seconds. */
    slowerThanSeconds: z.array(z.number()).readonly(),
  })
  .readonly();

export type StepCounts = z.output<typeof stepCountsSchema>;

/** A colour's counts of one period. */
export interface PeriodOfColour extends CountedAnswers {
  readonly refused: number;
  readonly slow: readonly number[];
}

/** Both colours' counts of one period. */
export interface Period {
  readonly candidate: PeriodOfColour;
  readonly live: PeriodOfColour;
}

/** Packs what was counted in a step, period by period. */
export function stepCounts(
  step: Pick<StepCounts, "weightPercent" | "from" | "until" | "periodSeconds" | "slowerThanSeconds">,
  periods: { readonly candidate: readonly PeriodOfColour[]; readonly live: readonly PeriodOfColour[] },
): StepCounts {
  const { weightPercent, from, until, periodSeconds, slowerThanSeconds } = step;
  const pack = (of: readonly PeriodOfColour[]) => ({
    requests: packSeries(of.map(({ requests }) => requests)),
    answered: packSeries(of.map(({ answered }) => answered)),
    failed: packSeries(of.map(({ failed }) => failed)),
    refused: packSeries(of.map(({ refused }) => refused)),
    slow: slowerThanSeconds.map((_, index) => packSeries(of.map(({ slow }) => slow[index] ?? 0))),
  });
  const { candidate, live } = periods;
  return {
    weightPercent,
    from,
    until,
    periodSeconds,
    candidate: pack(candidate),
    live: pack(live),
    // Both colours were told the same, or nothing where they had no request.
    byBalancer: packSeries(
      candidate.map(({ byBalancer }, index) => Math.max(byBalancer, live[index]?.byBalancer ?? 0)),
    ),
    slowerThanSeconds,
  };
}

/** The periods of a step, in the order of time. */
export function periodsOf(step: StepCounts): readonly Period[] {
  const byBalancer = unpackSeries(step.byBalancer);
  const ofColour = (role: "candidate" | "live") => {
    const { requests, answered, failed, refused, slow } = step[role];
    const columns = [requests, answered, failed, refused, ...slow].map(unpackSeries);
    return (index: number): PeriodOfColour => {
      const [asked = 0, answers = 0, failures = 0, refusals = 0, ...slower] = columns.map((of) => of[index] ?? 0);
      return {
        requests: asked,
        answered: answers,
        failed: failures,
        refused: refusals,
        slow: slower,
        byBalancer: byBalancer[index] ?? 0,
      };
    };
  };
  const [candidate, live] = [ofColour("candidate"), ofColour("live")];
  return byBalancer.map((_, index) => ({ candidate: candidate(index), live: live(index) }));
}

/**
 * Requests of a colour and its failures at most, over several periods.
 *
 * A metric that arrives a moment later than another must not make more errors than requests.
 */
export function sumOfPeriods(periods: Iterable<CountedAnswers>): Counts {
  let requests = 0;
  let errors = 0;
  for (const period of periods) {
    requests += period.requests;
    errors += failuresAtMost(period);
  }
  return { requests: Math.max(Math.round(requests), Math.round(errors)), errors: Math.round(errors) };
}

/** What nobody answered: failures of the load balancer, and WebSocket upgrades, which no metric counts. */
export function unanswered({ requests, answered }: CountedAnswers): number {
  return Math.max(0, requests - answered);
}

/**
 * How many requests of each colour failed in a period, as well as it can be told: what the load balancer answered itself is
 * shared out by the colours' requests without an answer. Where there are no WebSockets this is exact. Where both colours
 * have as many of them, each gets its due on average.
 */
export function failuresIn({ candidate, live }: Period): { readonly candidate: number; readonly live: number } {
  const [ofCandidate, ofLive] = [unanswered(candidate), unanswered(live)];
  const both = ofCandidate + ofLive;
  const shared = Math.min(candidate.byBalancer, both);
  return {
    candidate: candidate.failed + (both === 0 ? 0 : (shared * ofCandidate) / both),
    live: live.failed + (both === 0 ? 0 : (shared * ofLive) / both),
  };
}
