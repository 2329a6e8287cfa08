import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ShareAbove } from "../../../rollout/statistics/share-above.ts";

/** Bets of one step, after these shares. */
function betsOn(shares: readonly number[], allowed: number): ShareAbove {
  const bets = new ShareAbove();
  bets.beginStep();
  for (const share of shares) bets.count(share, allowed);
  return bets;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const allowedShare = fc.constantFrom(0.01, 0.05, 0.25, 0.5);

describe("ShareAbove", () => {
  it("cannot be expected to grow while the share is as allowed, whatever happened before", () => {
    fc.assert(
      fc.property(fc.array(share, { maxLength: 12 }), allowedShare, fc.nat(2), (before, allowed, steps) => {
        const start = () => {
          const bets = betsOn(before, allowed);
          for (let step = 0; step < steps; step++) bets.beginStep();
          return bets;
        };
        const next = (outcome: number) => {
          const bets = start();
          bets.count(outcome, allowed);
          return bets.now;
        };
        const mean = allowed * next(1) + (1 - allowed) * next(0);
        expect(mean / start().now).toBeCloseTo(1, 9);
        // Linear in the share, so that any other spread of the same mean gives the same.
        expect(next(allowed) / start().now).toBeCloseTo(1, 9);
      }),
    );
  });

  it("grows with the share, and counts a period as one failure at most", () => {
    expect(betsOn([0.5], 0.05).now).toBeGreaterThan(betsOn([0.1], 0.05).now);
    expect(betsOn([1], 0.05).now).toBeLessThan(20);
    expect(betsOn([1, 1], 0.05).now).toBeGreaterThan(40);
  });

  it("counts many periods of one share as the same periods one by one", () => {
    fc.assert(
      fc.property(share, allowedShare, fc.integer({ min: 0, max: 40 }), (of, allowed, periods) => {
        const bets = betsOn([1, 0, 0.5], allowed);
        bets.count(of, allowed, periods);
        const single = betsOn([1, 0, 0.5, ...Array(periods).fill(of)], allowed);
        expect(bets.now / single.now).toBeCloseTo(1, 9);
        expect(bets.largest / single.largest).toBeCloseTo(1, 9);
      }),
    );
  });

  it("keeps the largest factor that it had", () => {
    const bets = betsOn([1, 1, 1], 0.05);
    const most = bets.now;
    bets.count(0, 0.05, 100_000);
    expect(bets.now).toBeLessThan(1);
    expect(bets.largest).toBe(most);
  });

  it("finds within minutes what begins with a step, after weeks without a failure", () => {
    const bets = betsOn(Array(10_000).fill(0), 0.01);
    bets.beginStep();
    let minutes = 0;
    while (bets.now < 20) {
      bets.count(0.1, 0.01);
      minutes += 1;
    }
    expect(minutes).toBeLessThan(10);
  });

  it("bets nothing where the candidate has no share, and where it has all of it", () => {
    expect([betsOn([1, 1, 1], 0).largest, betsOn([1, 1, 1], 1).largest]).toEqual([1, 1]);
    expect(new ShareAbove().now).toBe(1);
  });

  it("stays a number however much fails", () => {
    const bets = betsOn(Array(5000).fill(1), 0.001);
    expect(Number.isFinite(bets.now)).toBe(true);
  });
});
