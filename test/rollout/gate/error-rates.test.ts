import { describe, expect, it } from "vitest";
import { judgeErrorRate } from "../../../rollout/gate/error-rates.ts";
import { evidenceAgainst } from "../../../rollout/gate/evidence-against.ts";
import { periodsOf, sumOfPeriods } from "../../../rollout/gate/step-counts.ts";
import { type EvenStep, evenStep } from "../../support/even-step.ts";

/** The finding about the candidate of these steps, at a threshold of 1 %. */
function judge(...steps: readonly Partial<EvenStep>[]) {
  const counted = steps.map((step) => evenStep({ candidate: { requests: 0 }, live: { requests: 0 }, ...step }));
  const counts = sumOfPeriods(counted.flatMap(periodsOf).map(({ candidate }) => candidate));
  return judgeErrorRate(counts, evidenceAgainst(counted, 1), 1, 0.95);
}

describe("judgeErrorRate", () => {
  it("pools the steps: a hundred requests of each of four show what four hundred do", () => {
    const step = { candidate: { requests: 100 } };
    expect(judge(step, step, step).verdict).toBe("not enough data");
    expect(judge(step, step, step, step)).toMatchObject({
      verdict: "pass",
      value: "0 errors in 400 requests: at most 0.866 %",
      sentence:
        "The candidate had 0 errors in 400 requests, and that shows that at most 0.866 % of its requests fail. 1 % may.",
    });
  });

  it("says of a candidate without traffic what it waits for, and bounds nothing", () => {
    expect(judge({})).toEqual({
      what: "error rate",
      value: "0 errors in 0 requests",
      bound: "at most 1 %",
      verdict: "not enough data",
      sentence: "The candidate has had no traffic yet. Wait for 347 requests without an error.",
    });
  });

  it("fails by a few minutes that fail, and says what was seen", () => {
    expect(judge({ minutes: 30, candidate: { requests: 30, errors: 6 } })).toEqual({
      what: "error rate",
      value: "6 errors in 30 requests",
      bound: "at most 1 %",
      verdict: "fail",
      sentence:
        "The candidate had 6 errors in 30 requests, and that shows that more than 1 % of its requests fail. Roll back and read its logs.",
    });
  });

  it("does not fail by one client that sends a failing request six times in a minute", () => {
    const burst = { minutes: 1, candidate: { requests: 6, errors: 6 } };
    expect(judge(burst, { minutes: 24, candidate: { requests: 24 } }).verdict).toBe("not enough data");
  });

  it("waits for more requests by each failure that was sent again, and so passes no earlier", () => {
    const calm = { candidate: { requests: 700, errors: 1 } };
    const repeated = { candidate: { requests: 702, errors: 3 } };
    expect([judge(calm).verdict, judge(repeated).verdict]).toEqual(["pass", "not enough data"]);
  });

  it("fails by what begins with a step, though the release passed before", () => {
    const before = { minutes: 2400, candidate: { requests: 10_000, errors: 1 } };
    expect(judge(before).verdict).toBe("pass");
    expect(judge(before, { minutes: 120, candidate: { requests: 1000, errors: 60 } }).verdict).toBe("fail");
  });

  it("counts what the load balancer answered for the candidate's tasks", () => {
    expect(judge({ candidate: { requests: 400, hungUp: 40 } }).verdict).toBe("fail");
  });

  it("passes by the most that WebSockets can hide", () => {
    const hidden = judge({ candidate: { requests: 400, upgrades: 20 }, live: { requests: 400, hungUp: 5 } });
    expect(hidden).toMatchObject({
      verdict: "not enough data",
      value: expect.stringMatching(/^[1-9]\d* errors? in 400/),
    });
  });
});
