import { expect, it } from "vitest";
import {
  type Boundary,
  checkBoundaries,
  checkSharePercent,
  looksWithinPeriod,
} from "../../../rollout/rollback-test/boundaries.ts";
import { falseRollbackPercent } from "../../../rollout/rollback-test/rollback-test.ts";

const rolloutMinutes = 7 * 24 * 60;
const planned = () => checkBoundaries({ objectivePercent: 0.5, rolloutMinutes });

it("looks for 2, 5, 10, 20 and 90 % failures since the first traffic, and for 2, 5, 20 and 90 % since any moment", () => {
  const percents = (has: "threshold" | "changeThreshold") => {
    const watched = planned().filter((boundary) => boundary[has] !== undefined);
    return [...new Set(watched.map(({ alternativePercent }) => alternativePercent))].sort((one, other) => one - other);
  };
  expect(percents("threshold")).toEqual([2, 5, 10, 20, 90]);
  expect(percents("changeThreshold")).toEqual([2, 5, 20, 90]);
});

it.each([
  [90, 1, [0.5, 1, 2, 4, 8], 0.5625],
  [20, 5, [0.5, 1, 2, 4, 8], 0.125],
  [10, 10, [0.5, 1, 2, 4], 0.0625],
  [5, 20, [0.5, 1, 2], 0.03125],
  [2, 50, [0.5, 1], 0.0125],
])(
  "counts where it looks for %i % at most %i requests of a period, against the rates %j",
  (percent, most, rates, share) => {
    const found = planned().filter(({ alternativePercent }) => alternativePercent === percent);
    expect(found.length).toBeGreaterThan(0);
    for (const { requestsPerPeriod, failingShare, nulls } of found) {
      expect(requestsPerPeriod).toBe(most);
      expect(nulls.map(({ ratePercent }) => ratePercent)).toEqual(rates);
      expect(failingShare).toBeCloseTo(share, 12);
    }
  },
);

it("has by its share of the rollouts a threshold since the first request, one since any moment, or both", () => {
  const of = (percent: number, periodMinutes: number) =>
    planned().filter((one) => one.alternativePercent === percent && one.periodMinutes === periodMinutes);
  const [twenty] = of(20, 5);
  // 0.06 % of rollouts, and 0.04 % shared out over the 2,016 periods of a week.
  expect(twenty?.threshold).toBeCloseTo(Math.log((100 * looksWithinPeriod) / 0.06), 9);
  expect(twenty?.changeThreshold).toBeCloseTo(Math.log((100 * looksWithinPeriod * (rolloutMinutes / 5)) / 0.04), 9);
  expect(of(10, 5)[0]).not.toHaveProperty("changeThreshold");
  expect(of(90, 5)[0]).not.toHaveProperty("threshold");
  expect(of(90, 1).map(({ leastRequests }) => leastRequests)).toEqual([1, 3]);
});

it("weighs failures and requests as Wald's test of 0.5 against 20 % does", () => {
  const [against] = planned().find(({ alternativePercent }) => alternativePercent === 20)?.nulls ?? [];
  // ln(0.2 / 0.005) for a failure and ln(0.8 / 0.995) for a success.
  const [failures, requests] = [3, 15];
  const ratio = failures * Math.log(0.2 / 0.005) + (requests - failures) * Math.log(0.8 / 0.995);
  expect((against?.perFailure ?? 0) * failures - (against?.perRequest ?? 0) * requests).toBeCloseTo(ratio, 12);
});

it("allows no more false rollbacks than the whole check may make", () => {
  const share = (threshold = Number.POSITIVE_INFINITY) => 100 * looksWithinPeriod * Math.exp(-threshold);
  const shares = planned().map(({ threshold, changeThreshold, periodMinutes }) => {
    // One likelihood ratio for each period that may be the first bad one.
    return share(threshold) + (rolloutMinutes / periodMinutes) * share(changeThreshold);
  });
  expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(checkSharePercent, 10);
});

it("leaves with the alarms no more than one false rollback in a hundred rollouts", () => {
  expect(falseRollbackPercent).toBeCloseTo(1, 12);
});

it("judges against rates up to the half of what it looks for", () => {
  for (const { alternativePercent, nulls } of planned()) {
    expect(nulls[0]?.ratePercent).toBe(0.5);
    for (const { ratePercent } of nulls) expect(2 * ratePercent).toBeLessThanOrEqual(alternativePercent);
  }
  const lax = checkBoundaries({ objectivePercent: 1.5, rolloutMinutes });
  expect(Math.min(...lax.map(({ alternativePercent }) => alternativePercent))).toBe(5);
});

it("keeps the likelihood ratio of a good release at 1 on average, whatever number of requests a period has", () => {
  for (const { failingShare, leastRequests, requestsPerPeriod, nulls } of planned()) {
    for (const { ratePercent, perFailure, perRequest } of nulls) {
      for (let requests = 1; requests <= 1500; requests++) {
        const least = requests < leastRequests ? requests + 1 : Math.floor(failingShare * requests) + 1;
        const failing = binomialTail(least, requests, ratePercent / 100);
        const counted = Math.min(requests, requestsPerPeriod);
        const mean = (1 + failing * (Math.exp(perFailure) - 1)) * Math.exp(-perRequest * counted);
        expect(mean, `${ratePercent} %, ${requests} requests`).toBeLessThan(1 + 1e-9);
      }
    }
  }
});

it("keeps it below what the thresholds allow for, if one looks after each request of a period and stops at the best time", () => {
  const requests = 300;
  const most = planned().flatMap((boundary) => boundary.nulls.map((weights) => bestStop(boundary, weights, requests)));
  expect(Math.max(...most)).toBeLessThan(looksWithinPeriod);
  // Looks within a period cannot be had for nothing.
  expect(Math.max(...most)).toBeGreaterThan(1.2);
});

/** The mean likelihood ratio of whoever stops at the best time, backwards from the last request. */
function bestStop(
  { failingShare, leastRequests, requestsPerPeriod }: Boundary,
  { ratePercent, perFailure, perRequest }: Boundary["nulls"][number],
  most: number,
): number {
  const stopped = (requests: number, failures: number) => {
    const isFailing = requests >= leastRequests && failures > failingShare * requests;
    return Math.exp((isFailing ? perFailure : 0) - perRequest * Math.min(requests, requestsPerPeriod));
  };
  const best = Array.from({ length: most + 1 }, (_, failures) => stopped(most, failures));
  for (let requests = most - 1; requests >= 0; requests--) {
    for (let failures = 0; failures <= requests; failures++) {
      const rate = ratePercent / 100;
      const goesOn = (1 - rate) * (best[failures] ?? 0) + rate * (best[failures + 1] ?? 0);
      best[failures] = requests === 0 ? goesOn : Math.max(goesOn, stopped(requests, failures));
    }
  }
  return best[0] ?? 0;
}

/** Summed up, and not by the function that the windows use. */
function binomialTail(least: number, trials: number, probability: number): number {
  let [term, below] = [(1 - probability) ** trials, 0];
  for (let count = 0; count < least; count++) {
    below += term;
    term *= ((trials - count) / (count + 1)) * (probability / (1 - probability));
  }
  return Math.max(0, 1 - below);
}
