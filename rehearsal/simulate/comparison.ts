import { ShareAbove } from "../../rollout/statistics/share-above.ts";
import { type Draws, seededDraws } from "./draws.ts";

/** A cell of the table of objections. */
export interface ComparisonCell {
  /** Requests an hour of both colours, on average. */
  readonly requestsPerHour: number;
  readonly weightPercent: number;
  readonly hours: number;
  /** True share of live's requests that fail, are refused, or are late, per cent. */
  readonly livePercent: number;
  /** The same of the candidate. */
  readonly candidatePercent: number;
  /** How often a client sends such a request, on average; all of its sends go to one colour. */
  readonly sends: number;
  /** Error that the comparison may make over a whole rollout. */
  readonly alpha: number;
}

/** What the gate and Fisher's exact test found at the end of the step. */
export interface ComparisonResult extends ComparisonCell {
  readonly rollouts: number;
  /** Share of rollouts in which the gate objects, looking once or at any number of looks. */
  readonly objected: number;
  /** Share in which Fisher's exact one-sided test rejects at `alpha`, looking once at the end. */
  readonly fisher: number;
}

const scenes = [
  { requestsPerHour: 40, weightPercent: 50, hours: 8 },
  { requestsPerHour: 300, weightPercent: 5, hours: 2 },
  { requestsPerHour: 300, weightPercent: 25, hours: 4 },
  { requestsPerHour: 300, weightPercent: 50, hours: 8 },
  { requestsPerHour: 3000, weightPercent: 5, hours: 2 },
  { requestsPerHour: 3000, weightPercent: 25, hours: 4 },
] as const;

/** Errors that the comparisons may make: their part of the gate's 5 %. */
const alphas = { errors: 0.05, refused: 0.015, late: 0.015 } as const;

/** A release that is like live, with and without clients that repeat, and the ones that are worse. */
export const comparisonCells: readonly ComparisonCell[] = scenes.flatMap((scene) => [
  { ...scene, livePercent: 0.2, candidatePercent: 0.2, sends: 1, alpha: alphas.errors },
  { ...scene, livePercent: 5, candidatePercent: 5, sends: 1, alpha: alphas.late },
  ...[1, 1.5, 2, 3].flatMap((sends) => [
    { ...scene, livePercent: 1, candidatePercent: 1, sends, alpha: alphas.errors },
    { ...scene, livePercent: 3, candidatePercent: 3, sends, alpha: alphas.refused },
  ]),
  ...[0.5, 1, 2, 5, 10, 30].map((candidatePercent) => {
    return { ...scene, livePercent: 0.2, candidatePercent, sends: 1, alpha: alphas.errors };
  }),
  ...[2, 3, 5, 10].map((candidatePercent) => {
    return { ...scene, livePercent: 1, candidatePercent, sends: 1, alpha: alphas.errors };
  }),
  ...[10, 30, 100].map((candidatePercent) => {
    return { ...scene, livePercent: 3, candidatePercent, sends: 1, alpha: alphas.refused };
  }),
  ...[10, 20, 50].map((candidatePercent) => {
    return { ...scene, livePercent: 5, candidatePercent, sends: 1, alpha: alphas.late };
  }),
]);

/** Whether a cell's candidate is like live, so that an objection is false. */
export function isLikeLive({ livePercent, candidatePercent }: ComparisonCell): boolean {
  return livePercent === candidatePercent;
}

/** Simulates one step of rollouts of one cell. The same seed gives the same. */
export function simulateComparison(cell: ComparisonCell, rollouts: number, seed: number): ComparisonResult {
  const draws = seededDraws(seed);
  let [objected, rejected] = [0, 0];
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const outcome = simulateStep(cell, draws);
    if (outcome.objects) objected += 1;
    if (outcome.rejects) rejected += 1;
  }
  return { ...cell, rollouts, objected: objected / rollouts, fisher: rejected / rollouts };
}

function simulateStep(cell: ComparisonCell, draws: Draws) {
  const { requestsPerHour, weightPercent, hours, livePercent, candidatePercent, sends, alpha } = cell;
  const minutes = hours * 60;
  const total = requestsPerHour * hours;
  const events: { candidate: number; live: number }[] = [];
  const sums = { candidate: { requests: 0, events: 0 }, live: { requests: 0, events: 0 } };
  /** Adds what one colour had in a minute. */
  const count = (role: "candidate" | "live", tries: number, percent: number) => {
    const first = draws.binomial(tries, percent / 100);
    let all = first;
    if (sends > 1) for (let one = 0; one < first; one++) all += draws.sends(sends) - 1;
    sums[role].requests += tries - first + all;
    sums[role].events += all;
    return all;
  };
  for (let minute = 1; minute <= minutes; minute++) {
    const asked = Math.floor((minute * total) / minutes) - Math.floor(((minute - 1) * total) / minutes);
    const ofCandidate = draws.binomial(asked, weightPercent / 100);
    const candidate = count("candidate", ofCandidate, candidatePercent);
    const live = count("live", asked - ofCandidate, livePercent);
    if (candidate + live > 0) events.push({ candidate, live });
  }
  const { candidate, live } = sums;
  const allowed = Math.max(weightPercent / 100, candidate.requests / (candidate.requests + live.requests));
  const bets = new ShareAbove();
  bets.beginStep();
  for (const one of events) bets.count(one.candidate / (one.candidate + one.live), allowed);
  return { objects: bets.largest >= 1 / alpha, rejects: fisherOneSided(candidate, live) <= alpha };
}

/**
 * The probability that the candidate has so many of the events or more, given how many there were in all.
 *
 * @see R. A. Fisher, "The Logic of Inductive Inference", Journal of the Royal Statistical Society 98 (1935)
 */
export function fisherOneSided(
  candidate: { readonly requests: number; readonly events: number },
  live: { readonly requests: number; readonly events: number },
): number {
  const events = candidate.events + live.events;
  const all = logChoose(candidate.requests + live.requests, events);
  let sum = 0;
  for (let of = candidate.events; of <= Math.min(events, candidate.requests); of++) {
    if (events - of > live.requests) continue;
    sum += Math.exp(logChoose(candidate.requests, of) + logChoose(live.requests, events - of) - all);
  }
  return Math.min(1, sum);
}

const logFactorials = [0];

function logFactorial(n: number): number {
  for (let next = logFactorials.length; next <= n; next++) {
    logFactorials.push((logFactorials[next - 1] ?? 0) + Math.log(next));
  }
  return logFactorials[n] ?? 0;
}

function logChoose(n: number, k: number): number {
  return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
}
