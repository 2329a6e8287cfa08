import { describe, expect, it } from "vitest";
import { type RollbackEvidence, rollbackChecks } from "../../../rehearsal/walk/failing-candidate.ts";
import { stageReport } from "../report/report-fixture.ts";

const { rollback } = stageReport;
const split = { ...rollback.split, candidateAnswers: 0, servedPercent: 0 };
const measured = { ...rollback, split };
const evidence: RollbackEvidence = {
  candidate: "blue",
  measured,
  latch: JSON.stringify(rollback.latch),
  notices: rollback.notices,
  changesBefore: [],
  failures: [{ colour: "blue" }],
};
const broken = (changes: Partial<RollbackEvidence>) =>
  rollbackChecks({ ...evidence, ...changes })
    .filter(({ held }) => !held)
    .map(({ what, found }) => `${what}: ${found}`);
const measuring = (changes: Partial<typeof measured>) => ({ measured: { ...measured, ...changes } });
const [readRule, returnTraffic] = rollback.execution.calls;
const failedCall = {
  ...(returnTraffic ?? readRule),
  state: "s",
  action: "sns:publish",
  milliseconds: 1,
  error: "Throttling",
};

describe("rollbackChecks", () => {
  it("holds when all of it held", () => {
    expect(broken({})).toEqual([]);
  });

  it.each<[Partial<RollbackEvidence>, string]>([
    [
      {
        changesBefore: [{ name: "blue-unfit", colour: "blue", from: "OK", to: "ALARM", at: 1, minute: 1, firing: [] }],
      },
      "no alarm fires before the fault: blue-unfit ALARM",
    ],
    [
      measuring({ alarm: { ...rollback.alarm, firing: ["portal-staging-blue-response-time"] } }),
      "the candidate's planned alarm fires by the error rate: portal-staging-blue-unfit by portal-staging-blue-response-time",
    ],
    [
      measuring({ alarm: { ...rollback.alarm, colour: "green" } }),
      "the candidate's planned alarm fires by the error rate: portal-staging-blue-unfit by portal-staging-blue-error-rate-7-of-10",
    ],
    [
      measuring({ trafficCall: 3 }),
      "the planned machine moves the traffic with its second call: describeRules, modifyRule",
    ],
    [
      measuring({ execution: { ...rollback.execution, calls: [failedCall] } }),
      "the execution and all its calls succeed: sns:publish: Throttling",
    ],
    [
      measuring({ execution: { ...rollback.execution, succeeded: false, endState: "RollbackIncomplete" } }),
      "the execution and all its calls succeed: RollbackIncomplete",
    ],
    [{ latch: '{"state":"clear"}' }, 'the latch is set, with the alarm as its reason: {"state":"clear"}'],
    [{ notices: [] }, "one notice tells of the rollback: nothing"],
    [
      {
        notices: [
          { topicArn: "arn:alerts", subject: "Rolled back: …", message: "Cause: x. green has NO healthy task." },
        ],
      },
      "the notice says how many healthy tasks the live colour has: Cause: x. green has NO healthy task.",
    ],
    [
      measuring({ split: { ...split, held: false, candidateAnswers: 1 } }),
      "under the machine's routes the candidate answers no public request: 1 of 400",
    ],
    [
      measuring({ candidateRequestsAfter: 2 }),
      "under the machine's routes the candidate's process counts no request: 2 more",
    ],
    [measuring({ lostAfter: 1 }), "no request fails after the rollback: 1 failed"],
    [{ failures: [{ colour: "blue" }, {}] }, "only the candidate's requests fail: 1 of 2 were not"],
    [
      measuring({ alarm: { ...rollback.alarm, plannedPaceMilliseconds: 11 * 60_000 } }),
      "the alarm fires within 10 failing minutes: 11 min",
    ],
    [
      measuring({ lastCandidateAnswerMilliseconds: 300_000 }),
      "the traffic is back within 5 minutes of the alarm (guide B1): 300.0 s",
    ],
  ])("sees each thing that did not: %#", (changes, expected) => {
    expect(broken(changes)).toEqual([expected]);
  });

  it.each([
    ["another reason", { ...rollback.latch, reason: "clear" }],
    ["the live colour", { ...rollback.latch, rolledBack: "green" }],
  ])("sees a latch that names %s", (_, latch) => {
    expect(broken({ latch: JSON.stringify(latch) })).toHaveLength(1);
  });
});
