import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  failuresIn,
  type PeriodOfColour,
  packSeries,
  periodsOf,
  stepCounts,
  stepCountsSchema,
  sumOfPeriods,
  unanswered,
  unpackSeries,
} from "../../../rollout/gate/step-counts.ts";

describe("packSeries", () => {
  it("writes a count of periods before each value that stays", () => {
    expect(packSeries([0, 0, 0, 1, 0, 12, 12])).toBe("0*3 1 0 12*2");
    expect(packSeries([])).toBe("");
  });

  it("keeps every value in its place", () => {
    const values = fc.array(fc.oneof(fc.constant(0), fc.nat(3), fc.nat()));
    fc.assert(
      fc.property(values, (some) => {
        expect(unpackSeries(packSeries(some))).toEqual(some);
      }),
    );
  });

  it("refuses what is no count", () => {
    expect(() => packSeries([1.5])).toThrow("a count is 1.5; it is a whole number from 0.");
    expect(() => packSeries([Number.NaN])).toThrow(RangeError);
    expect(() => packSeries([-1])).toThrow(RangeError);
  });
});

const period: fc.Arbitrary<PeriodOfColour> = fc.record({
  requests: fc.nat(50),
  answered: fc.nat(50),
  failed: fc.nat(5),
  refused: fc.nat(5),
  slow: fc.tuple(fc.nat(9)),
  byBalancer: fc.constant(3),
});

describe("stepCounts", () => {
  it("gives back the periods, and is what evidence may hold", () => {
    const both = fc.array(fc.record({ candidate: period, live: period }), { minLength: 1 });
    const step = {
      weightPercent: 5,
      from: "2026-11-23T12:00:00.000Z",
      until: "2026-11-23T13:00:00.000Z",
      periodSeconds: 60,
      slowerThanSeconds: [2],
    };
    fc.assert(
      fc.property(both, (periods) => {
        const of = (role: "candidate" | "live") => periods.map((one) => one[role]);
        const packed = stepCounts(step, { candidate: of("candidate"), live: of("live") });
        expect(stepCountsSchema.parse(JSON.parse(JSON.stringify(packed)))).toEqual(packed);
        expect(periodsOf(packed)).toEqual(periods);
      }),
    );
  });

  it("takes what the balancer answered from the colour that was told, and what nobody counted for 0", () => {
    const none = { requests: 0, answered: 0, failed: 0, refused: 0, slow: [], byBalancer: 0 };
    const told = { ...none, requests: 5, byBalancer: 3 };
    const step = {
      weightPercent: 5,
      from: "2026-11-23T12:00:00.000Z",
      until: "2026-11-23T12:03:00.000Z",
      periodSeconds: 60,
      slowerThanSeconds: [2],
    };
    const packed = stepCounts(step, { candidate: [none, told, told], live: [told, none] });
    expect(packed).toMatchObject({ byBalancer: "3*3", candidate: { requests: "0 5*2", slow: ["0*3"] } });
    expect(periodsOf(packed)[2]?.live).toEqual({ ...none, slow: [0], byBalancer: 3 });
    expect(unpackSeries("")).toEqual([]);
  });

  it("takes no other text for counts", () => {
    const packed = stepCounts(
      {
        weightPercent: 5,
        from: "2026-11-23T12:00:00.000Z",
        until: "2026-11-23T13:00:00.000Z",
        periodSeconds: 60,
        slowerThanSeconds: [],
      },
      { candidate: [], live: [] },
    );
    const isTaken = (text: string) => stepCountsSchema.safeParse({ ...packed, byBalancer: text }).success;
    const texts = ["1.5", "-1", "0*", "*2", "a", "1  2", "3*1.5", " 1", "1 ", "1*2*3", "1 2 a", "a 1", "1 2*", "1 2*b"];
    expect(texts.filter(isTaken)).toEqual([]);
    const counts = ["", "5", "12", "0*57", "10*120", "0*57 1 0*3 2", "10 11 12*13"];
    expect(counts.filter(isTaken)).toEqual(counts);
  });
});

describe("failuresIn", () => {
  const quiet = { requests: 0, answered: 0, failed: 0, refused: 0, slow: [], byBalancer: 0 };

  it("gives each colour what its tasks answered, and its share of what the load balancer did", () => {
    const byBalancer = 4;
    const candidate = { ...quiet, requests: 10, answered: 8, failed: 1, byBalancer };
    const live = { ...quiet, requests: 40, answered: 34, failed: 2, byBalancer };
    expect(failuresIn({ candidate, live })).toEqual({ candidate: 2, live: 5 });
  });

  it("gives all of it to the one colour that left requests unanswered, and never more than those", () => {
    const candidate = { ...quiet, requests: 10, answered: 10, byBalancer: 9 };
    const live = { ...quiet, requests: 40, answered: 34, byBalancer: 9 };
    expect(failuresIn({ candidate, live })).toEqual({ candidate: 0, live: 6 });
    expect(failuresIn({ candidate: quiet, live: quiet })).toEqual({ candidate: 0, live: 0 });
  });
});

describe("sumOfPeriods", () => {
  it("bounds the failures of each period by itself", () => {
    const upgraded = { requests: 10, answered: 6, failed: 0, byBalancer: 0 };
    const hungUp = { requests: 5, answered: 3, failed: 1, byBalancer: 7 };
    expect(sumOfPeriods([upgraded, hungUp])).toEqual({ requests: 15, errors: 3 });
    expect(sumOfPeriods([])).toEqual({ requests: 0, errors: 0 });
  });

  it("gives whole numbers, and never fewer requests than errors", () => {
    const half = { requests: 0.4, answered: 0.4, failed: 0.6, byBalancer: 0 };
    expect(sumOfPeriods([half])).toEqual({ requests: 1, errors: 1 });
  });

  it("takes no request for unanswered where more were answered than came, as between two minutes", () => {
    expect(unanswered({ requests: 3, answered: 5, failed: 0, byBalancer: 2 })).toBe(0);
    expect(unanswered({ requests: 5, answered: 3, failed: 0, byBalancer: 2 })).toBe(2);
  });
});
