import { describe, expect, it } from "vitest";
import {
  type Charge,
  chargeParts,
  comparisonOdds,
  type EvidenceAgainst,
  evidenceAgainst,
  isCharged,
  shareOfCandidate,
} from "../../../rollout/gate/evidence-against.ts";
import type { StepCounts } from "../../../rollout/gate/step-counts.ts";
import { ShareAbove } from "../../../rollout/statistics/share-above.ts";
import { evenStep } from "../../support/even-step.ts";

const charges = Object.keys(chargeParts) as readonly Charge[];

function meanOf({ of }: EvidenceAgainst): number {
  return charges.reduce((sum, charge) => sum + chargeParts[charge] * of[charge], 0);
}

function chargedWith(...steps: readonly StepCounts[]): readonly Charge[] {
  const evidence = evidenceAgainst(steps, 1);
  return charges.filter((charge) => isCharged(evidence, charge, 0.95));
}

const live = { requests: 5700, errors: 11, refused: 100, slow: 60 };

describe("evidenceAgainst", () => {
  it("is 1 where nothing was counted, of each charge and of all", () => {
    const nothing = { rate: 1, errors: 1, refused: 1, late: 1, unanswered: 1 };
    expect(evidenceAgainst([], 1)).toEqual({ all: expect.closeTo(1, 12), of: nothing });
    const quiet = evenStep({ candidate: { requests: 0 }, live: { requests: 0 } });
    expect(evidenceAgainst([quiet], 1)).toEqual({ all: expect.closeTo(1, 12), of: nothing });
  });

  it("is the weighted mean of its charges, whose parts add up to 1", () => {
    expect(charges.reduce((sum, charge) => sum + chargeParts[charge], 0)).toBeCloseTo(1, 12);
    const step = evenStep({ candidate: { requests: 300, errors: 9, refused: 12, slow: 9, hungUp: 3 }, live });
    const evidence = evidenceAgainst([step], 1);
    expect(evidence.all).toBeGreaterThan(20);
    expect(evidence.all).toBeCloseTo(meanOf(evidence), 6);
  });

  it("is told of the time at which all of it spoke most against the candidate", () => {
    const bad = evenStep({ candidate: { requests: 300, errors: 6 }, live });
    const after = evenStep({ candidate: { requests: 300, refused: 9 }, live: { ...live, errors: 900 } });
    const before = evidenceAgainst([bad], 1);
    expect(evidenceAgainst([bad, after], 1).of.errors).toBeCloseTo(before.of.errors, 6);
  });

  it("speaks against what fails where nothing is compared, at 100 %", () => {
    const alone = evenStep({ weightPercent: 100, candidate: { requests: 600, errors: 60 }, live: { requests: 0 } });
    expect(chargedWith(alone)).toEqual(["rate"]);
    expect(evidenceAgainst([alone], 1).of).toMatchObject({ errors: 1, refused: 1, late: 1, unanswered: 1 });
  });

  it("still speaks against what fails at 100 %, after steps in which both colours were compared", () => {
    const at5 = evenStep({ candidate: { requests: 300 }, live });
    const alone = evenStep({ weightPercent: 100, candidate: { requests: 600, errors: 60 }, live: { requests: 0 } });
    expect(chargedWith(at5, alone)).toEqual(["rate"]);
  });

  it("keeps the stakes of the comparisons for the first step in which both colours are compared", () => {
    const at0 = evenStep({ weightPercent: 0, candidate: { requests: 0 }, live });
    const at5 = evenStep({ candidate: { requests: 300, errors: 6, refused: 30 }, live });
    const { errors, refused } = evidenceAgainst([at5], 1).of;
    expect(evidenceAgainst([at0, at5], 1).of).toMatchObject({ errors, refused });
    expect(refused).toBeGreaterThan(20);
  });

  it("bets by the weight where one more request of the candidate is by chance", () => {
    // 6 of 100 requests at 5 %: the standard deviation is 2.2.
    const step = evenStep({ minutes: 1, candidate: { requests: 6, errors: 2 }, live: { requests: 94, errors: 1 } });
    const bets = new ShareAbove(comparisonOdds.errors);
    bets.beginStep();
    bets.count(2, 3, 0.05);
    expect(evidenceAgainst([step], 1).of.errors).toBeCloseTo(bets.now, 9);
  });

  it("is enough where several charges are, none of which would be by itself", () => {
    const step = evenStep({
      weightPercent: 25,
      minutes: 240,
      candidate: { requests: 300, errors: 7, refused: 17 },
      live: { requests: 900, errors: 5, refused: 16 },
    });
    const { all, of } = evidenceAgainst([step], 1);
    expect(all).toBeGreaterThan(20);
    expect(Math.max(...charges.map((charge) => chargeParts[charge] * of[charge]))).toBeLessThan(20);
    expect(chargedWith(step)).toEqual(["errors", "refused"]);
  });

  it("is the mean over the times that late answers are counted by: one of three alone has to be three times as much", () => {
    const step = evenStep({ candidate: { requests: 300, slow: 12 }, live });
    const atOne = { ...step, slowerThanSeconds: [2, 0.5, 0.125] };
    const [first = ""] = step.candidate.slow;
    const none = `0*${120}`;
    const only = { ...atOne, candidate: { ...step.candidate, slow: [first, none, none] } };
    const both = evidenceAgainst([atOne], 1).of.late;
    expect(evidenceAgainst([only], 1).of.late).toBeLessThan(0.4 * both);
    expect(evidenceAgainst([only], 1).of.late).toBeGreaterThan(0.33 * both);
  });
});

describe("isCharged", () => {
  const of = { rate: 1, errors: 60, refused: 20, late: 19.9, unanswered: 0 };

  it("names each charge that is enough by itself, once all together are enough", () => {
    const named = (all: number) => charges.filter((charge) => isCharged({ all, of }, charge, 0.95));
    expect(named(30)).toEqual(["errors", "refused"]);
    expect(named(19)).toEqual([]);
    // At 0.5 twice is enough.
    const twice = { rate: 2, errors: 1.99, refused: 1, late: 1, unanswered: 1 };
    const atHalf = (all: number) => charges.filter((charge) => isCharged({ all, of: twice }, charge, 0.5));
    expect([atHalf(2), atHalf(1.99)]).toEqual([["rate"], []]);
  });
});

describe("shareOfCandidate", () => {
  it("is the weight's, where the requests are as many as the weight gives, or more by chance, or fewer", () => {
    expect(shareOfCandidate(0.05, 300, 6000)).toBe(0.05);
    expect(shareOfCandidate(0.05, 200, 6000)).toBe(0.05);
    // The standard deviation is 17.
    expect(shareOfCandidate(0.05, 350, 6000)).toBe(0.05);
    expect(shareOfCandidate(0.05, 0, 0)).toBe(0.05);
  });

  it("is that of the requests, where they are more than chance makes them", () => {
    expect(shareOfCandidate(0.05, 352, 6000)).toBe(352 / 6000);
    expect(shareOfCandidate(0.25, 1500, 3000)).toBe(0.5);
  });
});
