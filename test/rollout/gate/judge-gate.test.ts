import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CapacityInput, GateInput, RequestCounts, WatchedAlarmState } from "../../../rollout/gate/gate-input.ts";
import { judgeGate } from "../../../rollout/gate/judge-gate.ts";
import { worstVerdict } from "../../../rollout/gate/verdict.ts";
import { evenStep } from "../../support/even-step.ts";

const roomy: CapacityInput = {
  healthyTasks: { candidate: 2, live: 2 },
  minTasks: 2,
  weightPercent: 5,
  nextWeightPercent: 25,
  requestsPerMinuteTotal: 60,
};
const counts = { candidate: { requests: 400, errors: 0 }, live: { requests: 7600, errors: 3 } };
const healthy: GateInput = {
  counts,
  steps: [evenStep(counts)],
  responseTimes: {
    candidate: { averageMilliseconds: 120, p95Milliseconds: 400 },
    live: { averageMilliseconds: 110, p95Milliseconds: 380 },
  },
  thresholds: { errorRatePercent: 1, responseTimeSeconds: 2 },
  alarms: { "green-errors": "OK", "green-slow": "OK" },
  capacity: roomy,
};

function gate(change: Partial<GateInput>) {
  return judgeGate({ ...healthy, ...change });
}
function findingOf(change: Partial<GateInput>, what: string) {
  return gate(change).findings.find((finding) => finding.what === what);
}
function counted(ofCandidate: RequestCounts, live = healthy.counts.live, weightPercent = 5): Partial<GateInput> {
  const both = { candidate: ofCandidate, live };
  return { counts: both, steps: [evenStep({ weightPercent, ...both })] };
}
function candidate(requests: number, errors: number, live = healthy.counts.live): Partial<GateInput> {
  return counted({ requests, errors }, live);
}

describe("judgeGate", () => {
  it("passes a healthy candidate that had enough requests", () => {
    const { verdict, findings } = judgeGate(healthy);
    expect(verdict).toBe("pass");
    expect(findings.map(({ what }) => what)).toEqual([
      "error rate",
      "error rate against live",
      "4xx against live",
      "response time against live",
      "balancer's answers against live",
      "response time",
      "alarm green-errors",
      "alarm green-slow",
      "candidate's capacity",
      "live's capacity",
    ]);
  });

  it("says that thirty requests prove nothing", () => {
    expect(gate(candidate(30, 0)).verdict).toBe("not enough data");
    expect(findingOf(candidate(30, 0), "error rate")).toEqual({
      what: "error rate",
      value: "0 errors in 30 requests: at most 10.9 %",
      bound: "at most 1 %",
      verdict: "not enough data",
      sentence:
        "The candidate had 0 errors in 30 requests, and that leaves open that up to 10.9 % of its requests fail. 1 % may. Wait for 317 more requests without an error, 347 in all.",
    });
    expect(findingOf(candidate(0, 0), "error rate")?.sentence).toBe(
      "The candidate has had no traffic yet. Wait for 347 requests without an error.",
    );
  });

  it.each([
    { requests: 346, errors: 0, verdict: "not enough data" },
    { requests: 347, errors: 0, verdict: "pass" },
    { requests: 0, errors: 0, verdict: "not enough data" },
    { requests: 677, errors: 1, verdict: "not enough data" },
    { requests: 678, errors: 1, verdict: "pass" },
    { requests: 30, errors: 2, verdict: "not enough data" },
    { requests: 30, errors: 3, verdict: "fail" },
    { requests: 100, errors: 2, verdict: "not enough data" },
  ] as const)("judges $errors errors in $requests requests at 1 %: $verdict", ({ requests, errors, verdict }) => {
    expect(findingOf(candidate(requests, errors), "error rate")?.verdict).toBe(verdict);
  });

  it("asks for more at a higher confidence", () => {
    const thresholds = { ...healthy.thresholds, confidence: 0.99 };
    expect(gate({ thresholds }).verdict).toBe("not enough data");
    expect(findingOf({ thresholds }, "error rate")?.sentence).toContain(
      "119 more requests without an error, 519 in all",
    );
  });

  it("fails a candidate that is worse than live, though it is within the threshold", () => {
    const worse = counted({ requests: 20_000, errors: 100 }, { requests: 20_000, errors: 2 }, 50);
    expect(findingOf(worse, "error rate")?.verdict).toBe("pass");
    expect(findingOf(worse, "error rate against live")?.verdict).toBe("fail");
    expect(findingOf(worse, "error rate against live")?.sentence).toBe(
      "The candidate fails more often than the live colour did over the same time: 100 errors in 20000 requests, live's 2 errors in 20000 requests. A release that is like live and keeps to the threshold is refused in at most 5 % of rollouts, by the error rate and all comparisons together. Roll back and compare the two versions' logs.",
    );
    expect(gate(worse).verdict).toBe("fail");
  });

  it("never passes by being no worse than live", () => {
    const asBad = counted({ requests: 1000, errors: 50 }, { requests: 1000, errors: 50 }, 50);
    expect(findingOf(asBad, "error rate against live")?.verdict).toBe("no objection");
    expect(gate(asBad).verdict).toBe("fail");
    const silent = candidate(400, 0, { requests: 0, errors: 0 });
    expect(findingOf(silent, "error rate against live")?.verdict).toBe("no objection");
    const noObjection = { what: "x", value: "", bound: "", verdict: "no objection", sentence: "" } as const;
    expect(worstVerdict([noObjection])).toBe("not enough data");
    expect(worstVerdict([])).toBe("not enough data");
  });

  it.each([
    [2000, "pass"],
    [2001, "fail"],
    [undefined, "not enough data"],
  ] as const)("judges a p95 of %s ms by 2 s: %s", (p95Milliseconds, verdict) => {
    const responseTimes = { ...healthy.responseTimes, candidate: { p95Milliseconds } };
    expect(findingOf({ responseTimes }, "response time")?.verdict).toBe(verdict);
    expect(gate({ responseTimes }).verdict).toBe(verdict);
  });

  it("tells both colours' response times beside the limit, and what is unknown", () => {
    expect(findingOf({}, "response time")).toEqual({
      what: "response time",
      value: "candidate p95 400 ms, average 120 ms; live p95 380 ms, average 110 ms",
      bound: "p95 at most 2000 ms",
      verdict: "pass",
      sentence: "The candidate answers 95 of 100 requests within 400 ms, and 2000 ms is allowed.",
    });
    const responseTimes = { candidate: { averageMilliseconds: 99.6 }, live: {} };
    expect(findingOf({ responseTimes }, "response time")).toMatchObject({
      value: "candidate p95 unknown, average 100 ms; live p95 unknown, average unknown",
      bound: "p95 at most 2000 ms",
    });
  });

  it("judges the evidence of older versions, which has no steps and no exposure", () => {
    const { steps: _, ...older } = healthy;
    const judged = judgeGate(older);
    expect(judged.verdict).toBe("pass");
    expect(judged).not.toHaveProperty("exposure");
    expect(judged.findings.find(({ what }) => what === "error rate against live")?.value).toBe(
      "0 errors in 0 requests",
    );
    const few = { ...older, counts: { ...older.counts, candidate: { requests: 30, errors: 0 } } };
    const step = { weightPercent: 25, bakeSeconds: 1200 };
    const rollbackTest = { objectivePercent: 0.5, errorRatePercent: 1, minimumFailingMinutes: 3, steps: [step] };
    const exposure = { nextStep: step, requestsPerHour: 60, budgetRequests: 40, rollbackTest };
    expect(judgeGate({ ...few, exposure })).toMatchObject({ verdict: "not enough data" });
    expect(findingOf({ ...few, steps: undefined, exposure }, "exposure")?.value).toBe("0 requests in this step");
  });

  it("tells the alarms by their names, and of one that fires what to do", () => {
    const { findings } = gate({ alarms: { b: "OK", c: "ALARM", a: "OK" } });
    const ofAlarms = findings.filter(({ what }) => what.startsWith("alarm "));
    expect(ofAlarms.map(({ what }) => what)).toEqual(["alarm a", "alarm b", "alarm c"]);
    expect(ofAlarms[2]).toEqual({
      what: "alarm c",
      value: "ALARM",
      bound: "OK",
      verdict: "fail",
      sentence: "Alarm c is firing. Roll back, and take no step until it is OK.",
    });
  });

  it.each([
    [{ a: "OK", b: "ALARM", c: "INSUFFICIENT_DATA" }, "fail"],
    [{ a: "OK", c: "INSUFFICIENT_DATA" }, "not enough data"],
    [{}, "not enough data"],
    [{ a: "OK" }, "pass"],
  ] satisfies [Record<string, WatchedAlarmState>, string][])("judges alarms %j: %s", (alarms, verdict) => {
    expect(gate({ alarms }).verdict).toBe(verdict);
  });

  it("fails where an alarm that was planned is not in AWS, and says how it comes back", () => {
    const alarms = { a: "OK", b: "MISSING" } as const;
    expect(gate({ alarms }).verdict).toBe("fail");
    expect(findingOf({ alarms }, "alarm b")).toEqual({
      what: "alarm b",
      value: "MISSING",
      bound: "OK",
      verdict: "fail",
      sentence:
        "Alarm b was planned and is not in AWS, so it could not go off. Run npx pulumi up --refresh --target '**Alarm::b' --target-dependents --stack <stage>, which creates it again.",
    });
  });

  it("fails on a firing alarm even where nothing else has data", () => {
    expect(gate({ ...candidate(0, 0), alarms: { a: "ALARM" } }).verdict).toBe("fail");
  });

  it("refuses numbers that cannot be", () => {
    expect(() => gate(candidate(3, 4))).toThrow("counts.candidate has 4 errors in 3 requests");
    expect(() => gate(candidate(2.5, 0))).toThrow("counts.candidate.requests is 2.5; it is a whole number from 0.");
    const responseTimes = { ...healthy.responseTimes, candidate: { p95Milliseconds: Number.NaN } };
    expect(() => gate({ responseTimes })).toThrow("responseTimes.candidate.p95Milliseconds is NaN");
    expect(() => gate({ capacity: { ...roomy, nextWeightPercent: 101 } })).toThrow("capacity.nextWeightPercent is 101");
  });
});

describe("judgeGate at weight 0", () => {
  const capacity = { ...roomy, weightPercent: 0, nextWeightPercent: 5 };
  const silent: Partial<GateInput> = {
    capacity,
    ...counted({ requests: 0, errors: 0 }, healthy.counts.live, 0),
    responseTimes: { candidate: {}, live: healthy.responseTimes.live },
  };

  it("does not wait for requests that only the first step brings", () => {
    expect(gate(silent).verdict).toBe("pass");
    for (const what of ["error rate", "response time"]) {
      expect(findingOf(silent, what)).toMatchObject({
        verdict: "no objection",
        sentence:
          "The candidate has no public traffic yet; the first step brings some. Test it on its own host before.",
      });
    }
  });

  it("holds against the candidate what it did on its own host", () => {
    const failing = { ...silent, ...counted({ requests: 40, errors: 20 }, healthy.counts.live, 0) };
    expect(findingOf(failing, "error rate")?.verdict).toBe("fail");
    expect(findingOf(failing, "error rate against live")?.sentence).toContain("Only one colour had public requests");
    const slow = { ...silent, responseTimes: { candidate: { p95Milliseconds: 2001 }, live: {} } };
    expect(findingOf(slow, "response time")?.verdict).toBe("fail");
    expect([gate(failing).verdict, gate(slow).verdict]).toEqual(["fail", "fail"]);
  });

  it.each([
    ["an alarm that fires", { alarms: { a: "ALARM" } }, "fail"],
    ["an alarm that is missing", { alarms: { a: "MISSING" } }, "fail"],
    ["an alarm without data", { alarms: { a: "INSUFFICIENT_DATA" } }, "not enough data"],
    ["no alarm at all", { alarms: {} }, "not enough data"],
    ["too few tasks", { capacity: { ...capacity, healthyTasks: { candidate: 1, live: 2 } } }, "fail"],
    [
      "no live task to measure by",
      { capacity: { ...capacity, healthyTasks: { candidate: 2, live: 0 }, minTasks: 0 } },
      "not enough data",
    ],
  ] satisfies [string, Partial<GateInput>, string][])("still minds %s", (_what, change, verdict) => {
    expect(gate({ ...silent, ...change }).verdict).toBe(verdict);
  });

  it("differs from a gate under traffic in what it waits for, and in nothing else", () => {
    const requestsAndErrors = fc
      .nat(2000)
      .chain((requests) => fc.record({ requests: fc.constant(requests), errors: fc.nat(requests) }));
    const p95Milliseconds = fc.option(fc.nat(4000), { nil: undefined });
    fc.assert(
      fc.property(requestsAndErrors, requestsAndErrors, p95Milliseconds, (ofCandidate, ofLive, p95) => {
        const seen: Partial<GateInput> = {
          ...counted(ofCandidate, ofLive, 0),
          responseTimes: { candidate: { p95Milliseconds: p95 }, live: {} },
        };
        const before = gate({ ...seen, capacity });
        const during = gate({ ...seen, capacity: { ...capacity, weightPercent: 1 } });
        expect(before.verdict).toBe(during.verdict === "not enough data" ? "pass" : during.verdict);
      }),
    );
  });
});

describe("judgeGate's capacity", () => {
  it.each([
    { why: "the least a colour runs", change: {}, needed: 2 },
    { why: "live's share now", change: { healthyTasks: { candidate: 2, live: 8 } }, needed: 3 },
    { why: "twice live's at 50 to 100", change: { weightPercent: 50, nextWeightPercent: 100 }, needed: 4 },
    {
      why: "what a task was seen to carry",
      change: { weightPercent: 50, nextWeightPercent: 100, provenRequestsPerMinutePerTask: 30 },
      needed: 2,
    },
    {
      why: "live's share where it is above what was seen",
      change: { weightPercent: 50, nextWeightPercent: 100, provenRequestsPerMinutePerTask: 5 },
      needed: 4,
    },
    { why: "no more to promote", change: { weightPercent: 100, nextWeightPercent: 100 }, needed: 2 },
  ])("asks the candidate for $why: $needed", ({ change, needed }) => {
    const capacity = { ...roomy, ...change };
    const withTasks = (count: number) =>
      findingOf(
        { capacity: { ...capacity, healthyTasks: { ...capacity.healthyTasks, candidate: count } } },
        "candidate's capacity",
      )?.verdict;
    expect(withTasks(needed)).toBe("pass");
    expect(withTasks(needed - 1)).toBe("fail");
  });

  it("fails where live could not take the traffic back", () => {
    const capacity = { ...roomy, healthyTasks: { candidate: 2, live: 1 } };
    expect(findingOf({ capacity }, "live's capacity")?.verdict).toBe("fail");
    expect(gate({ capacity }).verdict).toBe("fail");
  });

  it("asks live for the tasks of the busiest hour, and names what they rest on", () => {
    const busy = { ...roomy, busiestRequestsPerMinute: 120, provenRequestsPerMinutePerTask: 30.04 };
    const withTasks = (live: number) =>
      findingOf({ capacity: { ...busy, healthyTasks: { candidate: 4, live } } }, "live's capacity");
    expect(withTasks(4)).toMatchObject({ verdict: "pass", bound: "at least 4 to take all traffic back" });
    expect(withTasks(3)).toMatchObject({
      verdict: "fail",
      sentence:
        "The live colour has 3 healthy tasks and needs 4 to take all traffic back: the busiest hour of the last two weeks had 120 requests a minute, and one task has been seen to carry 30 and is trusted with a fifth more. Raise api.minTasks to 4, and wait until they are healthy.",
    });
    const quiet = { ...busy, busiestRequestsPerMinute: 3, healthyTasks: { candidate: 2, live: 1 } };
    expect(findingOf({ capacity: quiet }, "live's capacity")?.sentence).toContain("fewer than the 2 of api.minTasks");
  });

  it("knows no share of a task where live has none", () => {
    const capacity = { ...roomy, healthyTasks: { candidate: 2, live: 0 } };
    expect(findingOf({ capacity }, "candidate's capacity")?.verdict).toBe("not enough data");
  });
});

describe("judgeGate's verdict", () => {
  const rank = { pass: 0, "not enough data": 1, fail: 2 } as const;
  const counts = fc
    .integer({ min: 1, max: 3000 })
    .chain((requests) => fc.record({ requests: fc.constant(requests), errors: fc.nat(requests) }));

  it("never gets better by more errors in the same requests", () => {
    const lowRate = fc.record({ requests: fc.integer({ min: 20, max: 3000 }), errors: fc.nat(20) });
    fc.assert(
      fc.property(fc.oneof(counts, lowRate), fc.integer({ min: 1, max: 10 }), ({ requests, errors }, more) => {
        const worse = Math.min(requests, errors + more);
        expect(rank[gate(candidate(requests, worse)).verdict]).toBeGreaterThanOrEqual(
          rank[gate(candidate(requests, errors)).verdict],
        );
      }),
    );
  });

  it("stays what it is with more data of the same rate, once there was enough", () => {
    fc.assert(
      fc.property(counts, fc.integer({ min: 2, max: 10 }), ({ requests, errors }, times) => {
        const few = findingOf(candidate(requests, errors), "error rate")?.verdict;
        const many = findingOf(candidate(requests * times, errors * times), "error rate")?.verdict;
        if (few !== "not enough data") expect(many).toBe(few);
      }),
    );
  });
});
