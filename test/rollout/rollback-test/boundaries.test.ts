import { expect, it } from "vitest";
import { checkBoundaries, checkSharePercent } from "../../../rollout/rollback-test/boundaries.ts";

const boundaries = checkBoundaries(0.5);

it("looks for 2, 5, 10, 20 and 90 % failures", () => {
  expect(boundaries.map(({ alternativePercent }) => alternativePercent)).toEqual([2, 5, 10, 20, 90]);
});

it("weighs failures and requests as Wald's test of 0.5 against 20 % does", () => {
  const [against] = boundaries.find(({ alternativePercent }) => alternativePercent === 20)?.nulls ?? [];
  // ln(0.2 / 0.005) for a failure and ln(0.8 / 0.995) for a success.
  const [failures, requests] = [3, 15];
  const ratio = failures * Math.log(0.2 / 0.005) + (requests - failures) * Math.log(0.8 / 0.995);
  expect((against?.perFailure ?? 0) * failures - (against?.perRequest ?? 0) * requests).toBeCloseTo(ratio, 12);
});

it("allows no more false rollbacks than the whole check may make", () => {
  const shares = boundaries.map(({ threshold }) => 100 * Math.exp(-threshold));
  expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(checkSharePercent, 10);
});

it("judges against rates up to the half of what it looks for", () => {
  for (const { alternativePercent, nulls } of boundaries) {
    expect(nulls[0]?.ratePercent).toBe(0.5);
    for (const { ratePercent } of nulls) expect(2 * ratePercent).toBeLessThanOrEqual(alternativePercent);
  }
  expect(checkBoundaries(1.5).map(({ alternativePercent }) => alternativePercent)).toEqual([5, 10, 20, 90]);
});

it("keeps the likelihood ratio of a good release at 1 on average, whatever number of requests a minute has", () => {
  for (const { failingShare, requestsPerMinute, nulls } of boundaries) {
    for (const { ratePercent, perFailure, perRequest } of nulls) {
      for (let requests = 1; requests <= 1500; requests++) {
        const failing = binomialTail(Math.floor(failingShare * requests) + 1, requests, ratePercent / 100);
        const counted = Math.min(requests, requestsPerMinute);
        const mean = (1 + failing * (Math.exp(perFailure) - 1)) * Math.exp(-perRequest * counted);
        expect(mean, `${ratePercent} %, ${requests} requests`).toBeLessThan(1 + 1e-9);
      }
    }
  }
});

/** Summed up, and not by the function that the windows use. */
function binomialTail(least: number, trials: number, probability: number): number {
  let [term, below] = [(1 - probability) ** trials, 0];
  for (let count = 0; count < least; count++) {
    below += term;
    term *= ((trials - count) / (count + 1)) * (probability / (1 - probability));
  }
  return Math.max(0, 1 - below);
}
