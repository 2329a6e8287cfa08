import { type Comparison, chargeParts, comparisonOdds, shareOfCandidate } from "../../rollout/gate/evidence-against.ts";
import { slowerThanSeconds } from "../../rollout/measurements.ts";
import { ShareAbove } from "../../rollout/statistics/share-above.ts";
import { type Draws, seededDraws } from "./draws.ts";

/** A cell of the table of objections. */
export interface ComparisonCell {
  readonly comparison: Comparison;
  /** Requests an hour of both colours, on average. */
  readonly requestsPerHour: number;
  readonly weightPercent: number;
  readonly hours: number;
  /** True share of live's requests that fail, are refused, are late or are left unanswered, per cent. */
  readonly livePercent: number;
  /** The same of the candidate. */
  readonly candidatePercent: number;
  /** How often a client sends such a request, on average; all of its sends go to one colour. */
  readonly sends: number;
}

/** What the gate and Fisher's exact test found at the end of the step. */
export interface ComparisonResult extends ComparisonCell {
  /** Error that the comparison may make over a whole rollout: its part of the gate's 5 %. */
  readonly alpha: number;
  readonly rollouts: number;
  /** Share of rollouts in which the comparison alone makes the gate object, at one look or any number of them. */
  readonly objected: number;
  /** Share in which Fisher's exact one-sided test rejects at `alpha`, looking once at the end. */
  readonly fisher: number;
  /** The same at 5 %, as if nothing but this were tested. */
  readonly fisherAlone: number;
}

const scenes = [
  { requestsPerHour: 40, weightPercent: 50, hours: 8 },
  { requestsPerHour: 300, weightPercent: 5, hours: 2 },
  { requestsPerHour: 300, weightPercent: 25, hours: 4 },
  { requestsPerHour: 300, weightPercent: 50, hours: 8 },
  { requestsPerHour: 3000, weightPercent: 5, hours: 2 },
  { requestsPerHour: 3000, weightPercent: 25, hours: 4 },
] as const;

const gateAlpha = 0.05;

/** Of each comparison live's share, the candidate's where it is like live or worse, and how often clients send such a request. */
const kinds: readonly (readonly [Comparison, live: number, candidates: readonly number[], sends: number])[] = [
  ["errors", 0.2, [0.2, 0.5, 1, 2, 5, 10, 30], 1],
  ["errors", 1, [1, 2, 3, 5, 10], 1],
  ...[1.5, 2, 3].map((sends) => ["errors", 1, [1], sends] as const),
  ["refused", 3, [3, 4, 5, 6, 10, 30, 100], 1],
  ...[1.5, 2, 3].map((sends) => ["refused", 3, [3], sends] as const),
  ["late", 5, [5, 7, 10, 20, 50], 1],
  ["unanswered", 0.2, [0.2, 1, 2, 5, 10], 1],
];

/** A release that is like live, with and without clients that repeat, and the ones that are worse. */
export const comparisonCells: readonly ComparisonCell[] = scenes.flatMap((scene) =>
  kinds.flatMap(([comparison, livePercent, candidates, sends]) =>
    candidates.map((candidatePercent) => ({ comparison, ...scene, livePercent, candidatePercent, sends })),
  ),
);

/** Of the late ones, one of the times that are counted by is simulated: the mean of all is what counts. */
function alphaOf(comparison: Comparison): number {
  return (gateAlpha * chargeParts[comparison]) / (comparison === "late" ? slowerThanSeconds.length : 1);
}

/** Whether a cell's candidate is like live, so that an objection is false. */
export function isLikeLive({ livePercent, candidatePercent }: ComparisonCell): boolean {
  return livePercent === candidatePercent;
}

/** Simulates one step of rollouts of one cell. The same seed gives the same. */
export function simulateComparison(cell: ComparisonCell, rollouts: number, seed: number): ComparisonResult {
  const draws = seededDraws(seed);
  const alpha = alphaOf(cell.comparison);
  let [objected, fisher, fisherAlone] = [0, 0, 0];
  for (let rollout = 0; rollout < rollouts; rollout++) {
    const { largest, chance } = simulateStep(cell, draws);
    if (largest >= 1 / alpha) objected += 1;
    if (chance <= alpha) fisher += 1;
    if (chance <= gateAlpha) fisherAlone += 1;
  }
  const share = (found: number) => found / rollouts;
  return {
    ...cell,
    alpha,
    rollouts,
    objected: share(objected),
    fisher: share(fisher),
    fisherAlone: share(fisherAlone),
  };
}

function simulateStep(cell: ComparisonCell, draws: Draws) {
  const { comparison, requestsPerHour, weightPercent, hours, livePercent, candidatePercent, sends } = cell;
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
  const requests = candidate.requests + live.requests;
  const allowed = shareOfCandidate(weightPercent / 100, candidate.requests, requests);
  const bets = new ShareAbove(comparisonOdds[comparison]);
  bets.beginStep();
  for (const one of events) bets.count(one.candidate, one.candidate + one.live, allowed);
  return { largest: bets.largest, chance: fisherOneSided(candidate, live) };
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
