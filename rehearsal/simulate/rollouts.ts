import { exposureBudget } from "../../rollout/exposure-budget.ts";
import { memoryAfter, toCost } from "../../rollout/gate/exposure.ts";
import { harmRatesPercent } from "../../rollout/gate/forecast.ts";
import {
  planRollbackTest,
  type RollbackTest,
  rollbackDelayMinutes,
} from "../../rollout/rollback-test/rollback-test.ts";
import { RollbackWatch } from "../../rollout/rollback-test/rollback-watch.ts";
import type { Step } from "../../rollout/schedule.ts";
import { type Draws, seededDraws } from "../../rollout/simulation/random.ts";
import { type SimulatedRollout, simulateRollout } from "../../rollout/simulation/simulate-rollout.ts";
import { SimulatedGates } from "../../rollout/simulation/simulated-gates.ts";
import { costAtRate } from "../../rollout/simulation/step-cost.ts";
import { busiestShare, evenTraffic, type TrafficKind } from "../../rollout/simulation/traffic.ts";
import { clopperPearson } from "../../rollout/statistics/binomial.ts";

/** Guide R1 and R3. A step goes back after seven days. */
export const steps: readonly Step[] = [
  [5, 2],
  [25, 4],
  [50, 8],
  [100, 48],
].map(([weightPercent = 0, hours = 0]) => ({ weightPercent, bakeSeconds: hours * 3600, limitSeconds: 7 * 86_400 }));

/** Guide C3 and A1, and `alerts.minimumErrors` of production. */
const objectivePercent = 0.5;
const errorRatePercent = 1;
export const rollbackTest: RollbackTest = planRollbackTest({
  objectivePercent,
  errorRatePercent,
  minimumFailingMinutes: 3,
  steps,
});

/** Every kind of traffic that the tables are made for. */
const trafficKinds: readonly TrafficKind[] = [
  evenTraffic,
  { ...evenTraffic, name: "follows the day", followsTheDay: true },
  ...[10, 30].flatMap((secondsBetweenSends) =>
    [1.5, 2, 3].map((sendsPerFailure) => {
      const name = `failures sent ${sendsPerFailure} times ${secondsBetweenSends} s apart`;
      return { ...evenTraffic, name, sendsPerFailure, secondsBetweenSends };
    }),
  ),
  { ...evenTraffic, name: "5 % WebSocket upgrades", upgradeShare: 0.05 },
];

const soonKinds = trafficKinds.filter(({ secondsBetweenSends }) => secondsBetweenSends === 10);

/** One kind of rollout to simulate many times. */
export interface RolloutCell {
  readonly kind: TrafficKind;
  readonly requestsPerHour: number;
  /** True share of the candidate's requests that fail, per cent, and of live's. */
  readonly candidatePercent: number;
  readonly livePercent: number;
}

const truePercents = [0, 0.1, 0.2, 0.5, 1, 2, 10] as const;

/** The design's table: even traffic, and a live colour that fails as often as the candidate, up to C3. */
export const designCells: readonly RolloutCell[] = [300, 40, 3000].flatMap((requestsPerHour) =>
  truePercents.map((candidatePercent) => ({
    kind: evenTraffic,
    requestsPerHour,
    candidatePercent,
    livePercent: Math.min(candidatePercent, objectivePercent),
  })),
);

/** Releases that are like live, at C3 and where live itself fails twice as often; clients repeat soon, if at all. */
export const goodCells: readonly RolloutCell[] = [300, 40].flatMap((requestsPerHour) =>
  [objectivePercent, 2 * objectivePercent].flatMap((percent) =>
    soonKinds.map((kind) => ({ kind, requestsPerHour, candidatePercent: percent, livePercent: percent })),
  ),
);

/** What came of the rollouts of a cell. */
export interface RolloutRow extends RolloutCell {
  readonly rollouts: number;
  /** Shares of the rollouts. */
  readonly allAtFirstAsking: number;
  readonly promoted: number;
  readonly rolledBack: number;
  readonly atLimit: number;
  /** Of those that were promoted, hours from the first step to the promote; undefined without any. */
  readonly medianHours: number | undefined;
  readonly ninthDecileHours: number | undefined;
  /** The candidate's public requests that failed, on average. */
  readonly failedRequests: number;
  /** Share of all moves to a further step that passed by exposure. */
  readonly byExposure: number;
}

/** Simulates the rollouts of one cell. The same seed gives the same. */
export function simulateCell(cell: RolloutCell, rollouts: number, seed: number): RolloutRow {
  const { kind, requestsPerHour, candidatePercent, livePercent } = cell;
  const gates = new SimulatedGates({
    steps,
    busiestRequestsPerHour: (bakeSeconds) => requestsPerHour * busiestShare(kind, bakeSeconds),
    errorRatePercent,
    confidence: 0.95,
    liveFailureRate: livePercent / 100,
    budgetRequests: exposureBudget({ steps, requestsPerHour, objectivePercent }),
    rollbackTest,
  });
  const toSimulate = {
    steps,
    traffic: { kind, requestsPerHour, failureRate: candidatePercent / 100, liveFailureRate: livePercent / 100 },
    startGate: () => gates.start(),
    startWatch: () => new RollbackWatch(rollbackTest),
    rollbackDelayMinutes,
  };
  const draws: Draws = seededDraws(seed);
  const all = Array.from({ length: rollouts }, () => simulateRollout(toSimulate, draws));
  return { ...cell, rollouts, ...summaryOf(all) };
}

function summaryOf(all: readonly SimulatedRollout[]): Omit<RolloutRow, keyof RolloutCell | "rollouts"> {
  const share = (has: (one: SimulatedRollout) => boolean) => all.filter(has).length / all.length;
  const hours = all
    .filter(({ end }) => end === "promoted")
    .map(({ minutes }) => minutes / 60)
    .toSorted((one, other) => one - other);
  const rises = all.flatMap(({ passes }) => passes.slice(0, steps.length - 1));
  return {
    allAtFirstAsking: share(
      ({ end, passes }) => end === "promoted" && passes.every(({ atFirstAsking }) => atFirstAsking),
    ),
    promoted: share(({ end }) => end === "promoted"),
    rolledBack: share(({ end }) => end === "rolled back"),
    atLimit: share(({ end }) => end === "limit"),
    medianHours: hours[Math.floor((hours.length - 1) / 2)],
    ninthDecileHours: hours[Math.floor(0.9 * (hours.length - 1))],
    failedRequests: all.reduce((sum, { failedRequests }) => sum + failedRequests, 0) / all.length,
    byExposure: rises.length === 0 ? 0 : rises.filter(({ way }) => way === "exposure").length / rises.length,
  };
}

/** How often a good release is returned over the guide's schedule. */
export interface FalseReturnRow extends RolloutCell {
  readonly rollouts: number;
  /** Share of the rollouts. */
  readonly rolledBack: number;
  /** The upper bound of that share's exact interval of 95 %. */
  readonly atMost: number;
}

/** Releases that are like live, in every kind of traffic, where live fails half as often as A1 allows, or as often. */
export const falseReturnCells: readonly RolloutCell[] = [40, 300, 3000].flatMap((requestsPerHour) =>
  [objectivePercent, 2 * objectivePercent].flatMap((percent) =>
    trafficKinds.map((kind) => ({ kind, requestsPerHour, candidatePercent: percent, livePercent: percent })),
  ),
);

/** Simulates what the planned return makes of good releases. No gate is asked: every step is left when its bake is over. */
export function simulateFalseReturns(cell: RolloutCell, rollouts: number, seed: number): FalseReturnRow {
  const { kind, requestsPerHour, candidatePercent, livePercent } = cell;
  const draws = seededDraws(seed);
  const traffic = { kind, requestsPerHour, failureRate: candidatePercent / 100, liveFailureRate: livePercent / 100 };
  const startGate = () => ({ beginStep: () => {}, add: () => {}, ask: () => "threshold" as const });
  const startWatch = () => new RollbackWatch(rollbackTest);
  let returned = 0;
  for (let rollout = 0; rollout < rollouts; rollout++) {
    if (simulateRollout({ steps, traffic, startGate, startWatch, rollbackDelayMinutes }, draws).end === "rolled back") {
      returned += 1;
    }
  }
  const { upper } = clopperPearson(returned, rollouts, 0.95);
  return {
    kind,
    requestsPerHour,
    candidatePercent,
    livePercent,
    rollouts,
    rolledBack: returned / rollouts,
    atMost: upper,
  };
}

/** What one step does to the public at one true error rate. */
export interface HarmRow {
  readonly requestsPerHour: number;
  readonly weightPercent: number;
  readonly candidatePercent: number;
  readonly bakes: number;
  /** Share of the bakes in which the traffic was taken back. */
  readonly rolledBack: number;
  readonly medianMinutes: number | undefined;
  readonly failedRequests: number;
  /** In 19 of 20 bakes at most so many. */
  readonly failedRequests95: number;
}

/** The harm of each step at each rate, where the candidate fails from that step on and never before. */
export function simulateHarm(requestsPerHour: number, bakes: number): readonly HarmRow[] {
  return steps.flatMap((step, index) => {
    const memory = memoryAfter(steps.slice(0, index), requestsPerHour, rollbackTest, 0);
    const costed = toCost({ step, requestsPerHour, rollbackTest, memory });
    return harmRatesPercent.map((candidatePercent): HarmRow => {
      const cost = costAtRate(costed, candidatePercent / 100, bakes);
      return {
        requestsPerHour,
        weightPercent: step.weightPercent,
        candidatePercent,
        bakes,
        rolledBack: cost.rolledBackShare,
        medianMinutes: cost.medianMinutesToRollback,
        failedRequests: cost.meanFailedRequests,
        failedRequests95: cost.failedRequests95,
      };
    });
  });
}
