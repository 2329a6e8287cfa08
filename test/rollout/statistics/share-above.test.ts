import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fixedOdds, narrowingOdds, type OddsRatio, ShareAbove } from "../../../rollout/statistics/share-above.ts";

/** Bets of one step, after these shares. */
function betsOn(shares: readonly number[], allowed: number, odds: readonly OddsRatio[] = fixedOdds): ShareAbove {
  const bets = new ShareAbove(odds);
  bets.beginStep();
  for (const share of shares) bets.count(share, 1, allowed);
  return bets;
}

const share = fc.double({ min: 0, max: 1, noNaN: true });
const allowedShare = fc.constantFrom(0.01, 0.05, 0.25, 0.5);

const all = fc.integer({ min: 1, max: 50 });
const anyOdds = fc.constantFrom(fixedOdds, narrowingOdds(1.7), narrowingOdds(7.5));

describe("ShareAbove", () => {
  it("cannot be expected to grow while the share is as allowed, whatever happened before", () => {
    fc.assert(
      fc.property(
        fc.array(share, { maxLength: 12 }),
        allowedShare,
        fc.nat(2),
        all,
        anyOdds,
        (before, allowed, steps, inPeriod, odds) => {
          const start = () => {
            const bets = betsOn(before, allowed, odds);
            for (let step = 0; step < steps; step++) bets.beginStep();
            return bets;
          };
          const next = (happened: number) => {
            const bets = start();
            bets.count(happened, inPeriod, allowed);
            return bets.now;
          };
          // Whatever hangs together in a period: all of it or nothing, as where one client sends it all.
          const mean = allowed * next(inPeriod) + (1 - allowed) * next(0);
          expect(mean / start().now).toBeCloseTo(1, 9);
          // Linear in what happened, so that any other spread of the same mean gives the same.
          expect(next(allowed * inPeriod) / start().now).toBeCloseTo(1, 9);
          // A smaller share than allowed speaks for less.
          const strict = start();
          strict.count(inPeriod, inPeriod, allowed + 0.1);
          expect(strict.now).toBeLessThan(next(inPeriod));
        },
      ),
    );
  });

  it("grows in a period by no more than one divided by the allowed share, however much fails in it", () => {
    const bets = betsOn([], 0.05);
    bets.count(10_000, 10_000, 0.05);
    expect(bets.now).toBeGreaterThan(18);
    expect(bets.now).toBeLessThan(20);
    const narrowing = betsOn([], 0.05, narrowingOdds(1.7));
    narrowing.count(10_000, 10_000, 0.05);
    expect(narrowing.now).toBeLessThan(20);
  });

  it("grows by more where more of the same share happened in a period", () => {
    const grown = (number: number) => {
      const bets = betsOn([], 0.5, narrowingOdds(7.5));
      bets.count(number, number, 0.5);
      return bets.now;
    };
    expect(grown(2)).toBeGreaterThan(grown(1));
    expect(grown(20)).toBeGreaterThan(grown(2));
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
        bets.count(of, 1, allowed, periods);
        const single = betsOn([1, 0, 0.5, ...Array(periods).fill(of)], allowed);
        expect(bets.now / single.now).toBeCloseTo(1, 9);
        expect(bets.largest / single.largest).toBeCloseTo(1, 9);
      }),
    );
  });

  it("keeps the largest factor that it had", () => {
    const bets = betsOn([1, 1, 1], 0.05);
    const most = bets.now;
    bets.count(0, 1, 0.05, 100_000);
    expect(bets.now).toBeLessThan(1);
    expect(bets.largest).toBe(most);
  });

  it("finds within minutes what begins with a step, after weeks without a failure", () => {
    const bets = betsOn(Array(10_000).fill(0), 0.01);
    bets.beginStep();
    let minutes = 0;
    while (bets.now < 20) {
      bets.count(0.1, 1, 0.01);
      minutes += 1;
    }
    expect(minutes).toBeLessThan(10);
  });

  it("keeps for later steps what they begin with: half of what is left for each", () => {
    const bets = betsOn([], 0.5);
    for (const left of [0.07, 0.035, 0.0175]) {
      bets.count(0, 1, 0.5, 10_000);
      expect(bets.now).toBeCloseTo(left, 9);
      bets.beginStep();
    }
  });

  it("tells its odds how much was seen since their step began, with the periods that are bet on", () => {
    const seen: number[] = [];
    const bets = new ShareAbove([
      (so) => {
        seen.push(so);
        return 2;
      },
    ]);
    bets.beginStep();
    bets.count(2, 8, 0.25);
    bets.count(0, 8, 0.25, 3);
    bets.beginStep();
    bets.count(1, 1, 0.5);
    expect(seen).toEqual([1.5, 6, 6.25, 0.25]);
  });

  it("bets nothing where the candidate has no share, and where it has all of it", () => {
    expect(betsOn([0, 0.5], 1).now).toBe(1);
    expect([betsOn([1, 1, 1], 0).largest, betsOn([1, 1, 1], 1).largest]).toEqual([1, 1]);
    expect(new ShareAbove().now).toBe(1);
  });

  it("stays a number however much fails", () => {
    const bets = betsOn(Array(5000).fill(1), 0.001);
    expect(Number.isFinite(bets.now)).toBe(true);
  });
});

describe("narrowingOdds", () => {
  const [rare] = narrowingOdds(1.7);
  const [frequent] = narrowingOdds(7.5);

  it("begin as large as is said, and come down as more is seen", () => {
    expect(rare?.(0)).toBeCloseTo(8.9, 1);
    expect(frequent?.(0)).toBeCloseTo(3.3, 1);
    const seen = [0, 1, 10, 100, 1000, 100_000].map((so) => rare?.(so) ?? 0);
    expect(seen).toEqual(seen.toSorted((one, other) => other - one));
    expect(seen.at(-1)).toBeGreaterThan(1);
  });

  it("find by many things what three fixed ratios do not: a fourteenth of 2,000, where a twentieth is allowed", () => {
    const evenly = Array.from({ length: 2000 }, (_, index) => (index % 14 === 5 ? 1 : 0));
    expect(betsOn(evenly, 0.05, narrowingOdds(7.5)).largest).toBeGreaterThan(10);
    expect(betsOn(evenly, 0.05).largest).toBeLessThan(2);
  });
});
