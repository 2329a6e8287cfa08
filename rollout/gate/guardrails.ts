import { z } from "zod";
import { ShareAbove } from "../statistics/share-above.ts";
import type { Compared } from "./gate-input.ts";
import { periodsOf, type StepCounts, unpackSeries } from "./step-counts.ts";
import { countText, type Finding, percentText } from "./verdict.ts";

/** What the API logs of each colour and the gate shows side by side, by what it counts. */
const countedEvents = {
  failedLogins: "failed login",
  registrations: "registration",
  featureUses: "use of a feature",
  connectionFailures: "failed database connection",
} as const;

type CountedEvent = keyof typeof countedEvents;

export const countedEventNames = Object.keys(countedEvents) as readonly CountedEvent[];

/** Names of the guardrails: the counted events, and how long pages take to load in browsers. */
export const guardrailNames = [
  "failedLogins",
  "registrations",
  "featureUses",
  "connectionFailures",
  "pageLoad",
] as const;

const limitSchema = z
  .strictObject({
    metric: z.enum(guardrailNames),
    /** Object where the candidate has more than so many times what live has, for each request. */
    objectAbove: z.number().optional(),
    /** Object where the candidate has less than so many times what live has, for each request. */
    objectBelow: z.number().optional(),
  })
  .readonly();

/** From when on a guardrail objects. */
export type GuardrailLimit = z.output<typeof limitSchema>;

const compared = <Value extends z.ZodType>(value: Value) =>
  z.strictObject({ candidate: value, live: value }).readonly();

const pageLoads = z.strictObject({ loads: z.int(), p95Milliseconds: z.number().optional() }).readonly();

const countsSchema = z.strictObject({
  /** How often each event was logged, by step and in its periods, as `packSeries` writes them. */
  steps: z.array(z.partialRecord(z.enum(guardrailNames), compared(z.string()))).readonly(),
  /** Over all steps. */
  pageLoad: compared(pageLoads),
});

/** What the logs of both colours tell, in the steps in which requests were counted. */
export type GuardrailCounts = Readonly<z.output<typeof countsSchema>>;

export const guardrailInputSchema = countsSchema.extend({ limits: z.array(limitSchema).readonly() }).readonly();

type GuardrailInput = z.output<typeof guardrailInputSchema>;

/** Page loads of each colour below which no percentile is compared. */
const fewestLoads = 20;

/**
 * Shows what both colours logged, side by side, and objects where the config says so. It never makes a gate pass.
 *
 * An event is compared for each request, by the same bets as failures are compared with live: a candidate that is at the
 * limit or better is objected to in at most `1 - confidence` of rollouts, by all configured limits together, however often
 * the gate is asked. A period in which one client tries ten passwords counts as one. The percentile of page loads is compared as
 * it stands, which no probability bounds.
 *
 * The log does not tell the public host from the candidate's own: who tries logins there counts.
 */
export function judgeGuardrails(
  input: GuardrailInput | undefined,
  steps: readonly StepCounts[],
  confidence: number,
): readonly Finding[] {
  if (input === undefined) return [];
  const { limits } = input;
  const byChance = (1 - confidence) / Math.max(1, limits.filter(({ metric }) => metric !== "pageLoad").length);
  const ofEvents = countedEventNames.map((event) => judgeEvent(event, input, steps, byChance));
  return [...ofEvents, judgePageLoad(input)];
}

function judgeEvent(
  event: CountedEvent,
  { steps: counted, limits }: GuardrailInput,
  steps: readonly StepCounts[],
  byChance: number,
): Finding {
  const compared = steps.flatMap((step, index): ComparedStep[] => {
    const series = counted[index]?.[event];
    if (series === undefined || step.weightPercent <= 0 || step.weightPercent >= 100) return [];
    const [candidate, live] = [unpackSeries(series.candidate), unpackSeries(series.live)];
    const requests = requestsOf(step);
    return [{ candidate, live, requests, weightShare: step.weightPercent / 100 }];
  });
  const total = (of: (step: ComparedStep) => number) => compared.reduce((sum, step) => sum + of(step), 0);
  const seen = { candidate: total((step) => sumOf(step.candidate)), live: total((step) => sumOf(step.live)) };
  const requests = { candidate: total((step) => step.requests.candidate), live: total((step) => step.requests.live) };
  const noun = countedEvents[event];
  const finding = {
    what: `guardrail ${event}`,
    value: `${eventText(seen.candidate, noun)} in ${countText(requests.candidate, "request")}`,
    bound: `live's ${eventText(seen.live, noun)} in ${countText(requests.live, "request")}`,
  };
  for (const { objectAbove, objectBelow } of limits.filter(({ metric }) => metric === event)) {
    const sides = [
      ...(objectAbove === undefined ? [] : [{ ratio: objectAbove, than: "more than", part: "candidate" as const }]),
      ...(objectBelow === undefined ? [] : [{ ratio: objectBelow, than: "less than", part: "live" as const }]),
    ];
    for (const { ratio, than, part } of sides) {
      if (evidence(compared, part, ratio) < sides.length / byChance) continue;
      return {
        ...finding,
        verdict: "fail",
        sentence: `The candidate logs ${than} ${ratio} times as many as live for each request: ${finding.value}, ${finding.bound}. rollout.guardrails objects to that. A candidate within the limit is refused so in at most ${percentText(byChance)} of rollouts. Roll back and read its log.`,
      };
    }
  }
  return {
    ...finding,
    verdict: "no objection",
    sentence: `Candidate and live side by side: ${finding.value}, ${finding.bound}.`,
  };
}

interface ComparedStep {
  /** Events by period. */
  readonly candidate: readonly number[];
  readonly live: readonly number[];
  readonly requests: Compared<number>;
  /** What the weight gives the candidate, from 0 to 1. */
  readonly weightShare: number;
}

/**
 * How much the events speak for a ratio beyond the limit. At the limit, of the events of a period the candidate's share is
 * `ratio * c / (ratio * c + l)`, where c and l are the shares of requests. The larger of weight and counted share is
 * taken for the colour that is bet on, because clients that were bound to a colour before can shift it.
 */
function evidence(steps: readonly ComparedStep[], part: "candidate" | "live", ratio: number): number {
  const bets = new ShareAbove();
  for (const { candidate, live, requests, weightShare } of steps) {
    bets.beginStep();
    const all = requests.candidate + requests.live;
    const counted = all === 0 ? 0 : requests[part] / all;
    const share = Math.max(counted, part === "candidate" ? weightShare : 1 - weightShare);
    const allowed =
      part === "candidate" ? (ratio * share) / (ratio * share + 1 - share) : share / (share + ratio * (1 - share));
    candidate.forEach((ofCandidate, index) => {
      const ofLive = live[index] ?? 0;
      const both = ofCandidate + ofLive;
      if (both > 0) bets.count((part === "candidate" ? ofCandidate : ofLive) / both, 1, allowed);
    });
  }
  return bets.largest;
}

function judgePageLoad({ pageLoad, limits }: GuardrailInput): Finding {
  const { candidate, live } = pageLoad;
  const text = ({ loads, p95Milliseconds }: z.output<typeof pageLoads>) =>
    p95Milliseconds === undefined
      ? countText(loads, "page load")
      : `p95 ${Math.round(p95Milliseconds)} ms of ${countText(loads, "page load")}`;
  const finding = { what: "guardrail pageLoad", value: text(candidate), bound: `live's ${text(live)}` };
  const above = limits.find(({ metric }) => metric === "pageLoad")?.objectAbove;
  const isEnough = Math.min(candidate.loads, live.loads) >= fewestLoads;
  if (
    above !== undefined &&
    isEnough &&
    (candidate.p95Milliseconds ?? 0) > above * (live.p95Milliseconds ?? Number.POSITIVE_INFINITY)
  ) {
    return {
      ...finding,
      verdict: "fail",
      sentence: `Pages of the candidate take more than ${above} times as long to load as live's: ${finding.value}, ${finding.bound}. rollout.guardrails objects to that. Roll back and look for what is slow.`,
    };
  }
  return {
    ...finding,
    verdict: "no objection",
    sentence: `Candidate and live side by side: ${finding.value}, ${finding.bound}.`,
  };
}

function requestsOf(step: StepCounts): Compared<number> {
  const periods = periodsOf(step);
  const of = (role: "candidate" | "live") => periods.reduce((sum, period) => sum + period[role].requests, 0);
  return { candidate: of("candidate"), live: of("live") };
}

function sumOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

/** `1 use of a feature`, `2 uses of a feature`. */
function eventText(count: number, noun: string): string {
  const [first = "", ...rest] = noun.split(" of ");
  return [countText(count, first), ...rest].join(" of ");
}
