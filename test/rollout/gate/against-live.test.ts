import { describe, expect, it } from "vitest";
import { judgeAgainstLive } from "../../../rollout/gate/against-live.ts";
import { evidenceAgainst } from "../../../rollout/gate/evidence-against.ts";
import type { StepCounts } from "../../../rollout/gate/step-counts.ts";
import { evenStep } from "../../support/even-step.ts";

function judge(...steps: readonly StepCounts[]) {
  return judgeAgainstLive(steps, evidenceAgainst(steps, 1), 0.95);
}

/** The verdict of each comparison, by its name. */
function verdicts(...steps: readonly StepCounts[]) {
  return Object.fromEntries(judge(...steps).map(({ what, verdict }) => [what, verdict]));
}

const nothing = {
  "error rate against live": "no objection",
  "4xx against live": "no objection",
  "response time against live": "no objection",
  "balancer's answers against live": "no objection",
};
const live = { requests: 5700, errors: 11, refused: 100, slow: 60 };
const like = { requests: 300, errors: 1, refused: 6, slow: 3 };

describe("judgeAgainstLive", () => {
  it("objects to nothing in a candidate that is like live", () => {
    expect(verdicts(evenStep({ candidate: like, live }))).toEqual(nothing);
  });

  it("tells of each comparison what was counted of both colours", () => {
    const step = evenStep({
      candidate: { requests: 300, errors: 1, refused: 6, slow: 3, hungUp: 2 },
      live: { requests: 5700, errors: 11, refused: 100, slow: 60, hungUp: 20 },
    });
    expect(judge(step).map(({ what, value, bound }) => [what, value, bound])).toEqual([
      ["error rate against live", "3 errors in 300 requests", "live's 31 errors in 5700 requests"],
      ["4xx against live", "6 answered 4xx in 300 requests", "live's 100 answered 4xx in 5700 requests"],
      ["response time against live", "3 slow in 300 requests", "live's 60 slow in 5700 requests"],
      [
        "balancer's answers against live",
        "2 left unanswered in 300 requests",
        "live's 20 left unanswered in 5700 requests",
      ],
    ]);
  });

  it("objects to a release that answers 401 or 404 to everybody, and says what was counted", () => {
    const everybody = evenStep({ candidate: { ...like, errors: 0, refused: 300 }, live });
    expect(verdicts(everybody)).toEqual({ ...nothing, "4xx against live": "fail" });
    expect(judge(everybody)[1]).toEqual({
      what: "4xx against live",
      value: "300 answered 4xx in 300 requests",
      bound: "live's 100 answered 4xx in 5700 requests",
      verdict: "fail",
      sentence:
        "The candidate refuses requests (4xx) more often than the live colour did over the same time: 300 answered 4xx in 300 requests, live's 100 answered 4xx in 5700 requests. A release that is like live and keeps to the threshold is refused in at most 5 % of rollouts, by the error rate and all comparisons together. Roll back and compare the two versions' logs.",
    });
  });

  it.each([
    [40, 2],
    [300, 15],
  ])("finds such a release in the first step of a portal with %i requests an hour", (requestsPerHour, requests) => {
    const step = evenStep({
      candidate: { requests: requests * 2, refused: requests * 2 },
      live: { requests: requestsPerHour * 2 - requests * 2, refused: Math.round(requestsPerHour * 0.04) },
    });
    expect(verdicts(step)["4xx against live"]).toBe("fail");
  });

  it("says whether there was anything to compare with", () => {
    const sentences = (step: StepCounts) => new Set(judge(step).map(({ sentence }) => sentence));
    const alone =
      "Only one colour had public requests in this time, so there is nothing to compare the candidate with.";
    expect(sentences(evenStep({ candidate: like, live: { requests: 0 } }))).toEqual(new Set([alone]));
    expect(sentences(evenStep({ candidate: { requests: 0 }, live }))).toEqual(new Set([alone]));
    expect(sentences(evenStep({ candidate: { requests: 0 }, live: { requests: 0 } }))).toEqual(new Set([alone]));
    const both = [...sentences(evenStep({ candidate: like, live }))];
    expect(both).toHaveLength(4);
    for (const sentence of both) expect(sentence).toMatch(/^Nothing shows that the candidate .* This alone does not/);
  });

  it.each([
    ["errors", { errors: 12 }, "error rate against live"],
    ["late answers", { slow: 60 }, "response time against live"],
    ["tasks that hang up", { hungUp: 12 }, "balancer's answers against live"],
  ])("objects to more %s", (_what, change, what) => {
    expect(verdicts(evenStep({ candidate: { ...like, ...change }, live }))[what]).toBe("fail");
  });

  it("counts what the load balancer answered as failures, too", () => {
    expect(verdicts(evenStep({ candidate: { ...like, hungUp: 20 }, live }))["error rate against live"]).toBe("fail");
  });

  it("does not take the candidate's WebSockets for what live's tasks hung up on", () => {
    const step = evenStep({
      weightPercent: 50,
      candidate: { requests: 3000, upgrades: 150 },
      live: { requests: 3000, upgrades: 150, hungUp: 60 },
    });
    expect(verdicts(step)).toEqual(nothing);
  });

  it("minds no WebSocket while the load balancer has nothing to answer itself", () => {
    const candidate = { requests: 300, upgrades: 90 };
    expect(verdicts(evenStep({ candidate, live: { requests: 5700, upgrades: 20 } }))).toEqual(nothing);
  });

  it("counts a burst in one minute as one failure", () => {
    const burst = evenStep({ minutes: 1, candidate: { requests: 300, errors: 300 }, live: { requests: 5700 } });
    const quiet = evenStep({ candidate: { requests: 300 }, live: { requests: 5700 } });
    expect(verdicts(burst, quiet)).toEqual(nothing);
    const everyMinute = evenStep({ minutes: 4, candidate: { requests: 300, errors: 4 }, live: { requests: 5700 } });
    expect(verdicts(everyMinute)["error rate against live"]).toBe("fail");
  });

  it("does not forget at 50 % what 25 % showed", () => {
    const at25 = evenStep({ weightPercent: 25, candidate: { requests: 300, errors: 12 }, live: { requests: 900 } });
    const at50 = evenStep({ weightPercent: 50, candidate: { requests: 1000 }, live: { requests: 1000, errors: 4 } });
    expect(verdicts(at25)["error rate against live"]).toBe("fail");
    expect(verdicts(at25, at50)["error rate against live"]).toBe("fail");
  });

  it("finds what begins with more load, after a step without a failure of the candidate", () => {
    const at25 = evenStep({
      weightPercent: 25,
      minutes: 2400,
      candidate: { requests: 3000 },
      live: { requests: 9000, errors: 20 },
    });
    const at50 = evenStep({
      weightPercent: 50,
      candidate: { requests: 1000, errors: 14 },
      live: { requests: 1000 },
    });
    expect(verdicts(at25, at50)["error rate against live"]).toBe("fail");
  });

  it("holds the candidate to its share of the requests where clients were bound to it before", () => {
    const candidate = { requests: 1500, errors: 16 };
    const bound = evenStep({ weightPercent: 5, candidate, live: { requests: 4500, errors: 48 } });
    expect(verdicts(bound)["error rate against live"]).toBe("no objection");
    const fewer = evenStep({ weightPercent: 5, candidate: { ...candidate, requests: 300 }, live: bound5700 });
    expect(verdicts(fewer)["error rate against live"]).toBe("fail");
  });

  it.each([0, 100])("compares nothing at %i %, where one colour has no public traffic", (weightPercent) => {
    const step = evenStep({ weightPercent, candidate: { requests: 300, errors: 300 }, live: { requests: 300 } });
    expect(verdicts(step)).toEqual(nothing);
    expect(judge(step)[0]?.sentence).toBe(
      "Only one colour had public requests in this time, so there is nothing to compare the candidate with.",
    );
  });
});

const bound5700 = { requests: 5700, errors: 48 };
