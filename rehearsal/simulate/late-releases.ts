import { rollbackDelayMinutes } from "../../rollout/rollback-test/rollback-test.ts";
import { RollbackWatch } from "../../rollout/rollback-test/rollback-watch.ts";
import { type Draws, seededDraws } from "../../rollout/simulation/random.ts";
import { evenTraffic, TrafficMinutes } from "../../rollout/simulation/traffic.ts";
import { rollbackTest, steps } from "./rollouts.ts";

/** A release that turns bad in the middle of a step. */
interface LateCell {
  readonly requestsPerHour: number;
  readonly weightPercent: number;
  /** Hours of the step that went well. */
  readonly hoursBefore: number;
  /** Share of the candidate's requests that fail from then on, per cent. */
  readonly candidatePercent: number;
}

/** How a release that turned bad late was returned. */
export interface LateRow extends LateCell {
  readonly rollouts: number;
  /** Share that was returned within a day. */
  readonly rolledBack: number;
  /** From the first bad minute until the traffic was back; undefined where fewer were returned. */
  readonly medianMinutes: number | undefined;
  readonly ninthDecileMinutes: number | undefined;
  /** The candidate's public requests that failed from then on, on average. */
  readonly failedRequests: number;
}

/** Per cent of both colours' requests that fail while all is well. */
const wellPercent = 0.1;

const dayMinutes = 24 * 60;

export const lateCells: readonly LateCell[] = [40, 300, 3000].flatMap((requestsPerHour) =>
  [
    { weightPercent: 50, hoursBefore: 6 },
    { weightPercent: 100, hoursBefore: 24 },
  ].flatMap((at) => [5, 20, 50, 100].map((candidatePercent) => ({ requestsPerHour, ...at, candidatePercent }))),
);

/** Simulates releases that turn bad late, after the steps before theirs had gone well. The same seed gives the same. */
export function simulateLate(cell: LateCell, rollouts: number, seed: number): LateRow {
  const draws = seededDraws(seed);
  const minutes: number[] = [];
  let [returned, failed] = [0, 0];
  while (minutes.length < rollouts) {
    const one = simulateOne(cell, draws);
    // What was returned while all was well has no delay.
    if (one === undefined) continue;
    minutes.push(one.minutes);
    if (one.minutes < Number.POSITIVE_INFINITY) returned += 1;
    failed += one.failed;
  }
  minutes.sort((one, other) => one - other);
  const at = (share: number) => {
    const found = minutes[Math.floor(share * (rollouts - 1))] ?? Number.POSITIVE_INFINITY;
    return Number.isFinite(found) ? found : undefined;
  };
  return {
    ...cell,
    rollouts,
    rolledBack: returned / rollouts,
    medianMinutes: at(0.5),
    ninthDecileMinutes: at(0.9),
    failedRequests: failed / rollouts,
  };
}

function simulateOne({ requestsPerHour, weightPercent, hoursBefore, candidatePercent }: LateCell, draws: Draws) {
  const well = wellPercent / 100;
  const trafficAt = (failureRate: number) =>
    new TrafficMinutes({ kind: evenTraffic, requestsPerHour, failureRate, liveFailureRate: well }, draws);
  const watch = new RollbackWatch(rollbackTest);
  const good = trafficAt(well);
  let now = 0;
  for (const step of steps.slice(0, steps.findIndex((one) => one.weightPercent === weightPercent) + 1)) {
    const weight = step.weightPercent / 100;
    const end = now + (step.weightPercent === weightPercent ? hoursBefore * 60 : step.bakeSeconds / 60);
    for (let found = good.next(now, end, weight); found; found = good.next(found.minute + 1, end, weight)) {
      if (watch.add(found) !== undefined) return undefined;
    }
    now = end;
  }
  const bad = trafficAt(candidatePercent / 100);
  const weight = weightPercent / 100;
  let failed = 0;
  let end = now + dayMinutes;
  let minutes = Number.POSITIVE_INFINITY;
  for (let found = bad.next(now, end, weight); found; found = bad.next(found.minute + 1, end, weight)) {
    failed += found.failed;
    if (minutes < Number.POSITIVE_INFINITY || watch.add(found) === undefined) continue;
    end = found.minute + 1 + rollbackDelayMinutes;
    minutes = end - now;
  }
  return { minutes, failed };
}
