import { describe, expect, it } from "vitest";
import type { RequestRecord } from "../../../rehearsal/local/load/request.ts";
import { measureRollback } from "../../../rehearsal/walk/break-candidate.ts";

/** One request that ended at a time, answered by a colour under a generation of routes. */
function ended(endedAt: number, colour: "blue" | "green", generation: number, statusCode = 200): RequestRecord {
  const times = { dueAt: endedAt - 3, sentAt: endedAt - 3, endedAt, latencyMilliseconds: 3 };
  return { kind: "read", id: "", statusCode, colour, generation, ...times };
}

const call = (state: string, action: string, at: number) => ({ state, action, at, answeredAt: at + 2 });
const broken = {
  failsFrom: 1000,
  minutesBefore: 4,
  alarm: {
    name: "portal-staging-green-unfit",
    colour: "green" as const,
    from: "OK" as const,
    to: "ALARM" as const,
    at: 3000,
    minute: 12,
    firing: ["green-error-rate-7-of-10"],
  },
  execution: {
    startedBy: "alarm" as const,
    input: {},
    startedAt: 3001,
    endedAt: 3020,
    calls: [
      call("ReadRules", "elasticloadbalancingv2:describeRules", 3002),
      call("ReturnTraffic", "elasticloadbalancingv2:modifyRule", 3005),
    ],
    endState: "Returned",
    succeeded: true,
  },
  generation: 7,
  records: [
    ended(500, "green", 6, 500),
    ended(1200, "green", 6, 500),
    ended(1300, "green", 6),
    ended(1400, "green", 6),
    ended(2900, "green", 6),
    ended(3009, "green", 6, 500),
    ended(3012, "blue", 7),
    ended(3014, "blue", 7),
  ],
  candidateRequestsAfter: 0,
};
const measured = measureRollback(broken, "green");

describe("measureRollback", () => {
  it("takes the time from the first failure after the fault to the alarm, and its minutes, whatever they took", () => {
    expect(measured.alarm).toMatchObject({ milliseconds: 1800, plannedPaceMilliseconds: 8 * 60_000 });
    expect(measured.candidateErrorPercent).toBe(25);
  });

  it("takes the time from the alarm to the call that moved the traffic and to the candidate's last answer", () => {
    expect(measured).toMatchObject({
      trafficCall: 2,
      trafficCallMilliseconds: 7,
      lastCandidateAnswerMilliseconds: 9,
    });
  });

  it("takes the call itself for the end where the candidate had nothing left", () => {
    const records = broken.records.filter(({ endedAt }) => endedAt !== 3009);
    expect(measureRollback({ ...broken, records }, "green").lastCandidateAnswerMilliseconds).toBe(7);
  });

  it("counts what the candidate cost, and what was served under the machine's routes", () => {
    expect(measured).toMatchObject({ failedByFault: 2, lostAfter: 0 });
    expect(measured.split).toMatchObject({ held: true, candidateAnswers: 0, answers: 2 });
  });

  it("sees a request that still reaches the candidate under the machine's routes", () => {
    const records = [...broken.records, ended(3030, "green", 7, 500)];
    const strayed = measureRollback({ ...broken, records }, "green");
    expect(strayed).toMatchObject({ lostAfter: 1, lastCandidateAnswerMilliseconds: 30, split: { held: false } });
  });

  it("says that no call moved the traffic", () => {
    const execution = { ...broken.execution, calls: broken.execution.calls.slice(0, 1) };
    expect(measureRollback({ ...broken, execution }, "green").trafficCall).toBe(0);
  });
});
