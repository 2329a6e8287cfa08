import { describe, expect, it } from "vitest";
import { judgeScenario } from "../../../../rehearsal/walk/scenario/judge-scenario.ts";
import type { ScenarioOutcome } from "../../../../rehearsal/walk/scenario/run-scenario.ts";
import type { Expectation } from "../../../../rehearsal/walk/scenario/scenario-schema.ts";

const outcome: ScenarioOutcome = {
  asked: { gate: "fail", move: "refused", findings: ["error rate"], message: "Rollout refused. Look." },
  askedReturn: { gate: "not asked", move: "accepted", findings: [], message: "" },
  alarms: ["candidate unfit"],
  returned: { by: "check", minutes: 90 },
  requests: 1250,
  failed: 7,
  notices: ["Rolled back"],
  webSockets: { opened: 8, kept: 7 },
  timeline: [],
  checks: [],
};

/** What does not hold, as people see it. */
function wrong(expected: Expectation, over: Partial<ScenarioOutcome> = {}): readonly string[] {
  const compared = judgeScenario(expected, { ...outcome, ...over });
  return compared.flatMap(({ what, expected: wanted, was, held }) => (held ? [] : [`${what}: ${wanted}, was ${was}`]));
}

describe("what a scenario expected", () => {
  it("holds where all of it was", () => {
    const all: Expectation = {
      gate: "fail",
      move: "refused",
      return: "accepted",
      findings: ["error rate"],
      says: ["Look."],
      alarms: ["candidate unfit"],
      returned: { by: "check", within: 90 },
      failedAtMost: 7,
      failedAtLeast: 7,
      notices: ["Rolled back"],
    };
    expect(wrong(all)).toEqual([]);
    expect(judgeScenario(all, outcome)).toHaveLength(10);
  });

  it.each<[Expectation, string]>([
    [{ gate: "pass" }, "the gate says: pass, was fail"],
    [{ move: "accepted" }, "the move is: accepted, was refused"],
    [{ return: "refused" }, "the return is: refused, was accepted"],
    [{ findings: [] }, "the gate finds: nothing, was error rate"],
    [{ findings: ["error rate", "response time"] }, "the gate finds: error rate, response time, was error rate"],
    [{ says: ["Wait."] }, "the refusal says: Wait., was Rollout refused. Look."],
    [{ alarms: [] }, "alarms that go off: nothing, was candidate unfit"],
    [{ returned: "never" }, "the traffic is returned: never, was by the check, after 1 h 30 min"],
    [
      { returned: { by: "alarm", within: 120 } },
      "the traffic is returned: by the alarm, within 2 h, was by the check, after 1 h 30 min",
    ],
    [
      { returned: { by: "anybody", within: 89 } },
      "the traffic is returned: by anybody, within 1 h 29 min, was by the check, after 1 h 30 min",
    ],
    [{ failedAtMost: 6 }, "public requests that fail: at most 6, was 7 of 1250"],
    [{ failedAtLeast: 8 }, "public requests that fail: at least 8, was 7 of 1250"],
    [{ notices: [] }, "notices: nothing, was Rolled back"],
    [{ webSockets: "kept" }, "WebSockets: all 8 kept, was 7 of 8 kept"],
  ])("%j stands beside what was", (expected, text) => expect(wrong(expected)).toEqual([text]));

  it("does not hold without a return, or without a WebSocket", () => {
    expect(wrong({ return: "accepted" }, { askedReturn: null })).toEqual([
      "the return is: accepted, was not asked for",
    ]);
    const returned = { returned: { by: "check", within: 90 } } as const;
    expect(wrong(returned, { returned: null })).toEqual([
      "the traffic is returned: by the check, within 1 h 30 min, was never",
    ]);
    const none = { webSockets: { opened: 0, kept: 0 } };
    expect(wrong({ webSockets: "kept" }, none)).toEqual(["WebSockets: all 0 kept, was 0 of 0 kept"]);
  });

  it("has always what holds in every scenario", () => {
    const checks = [{ what: "no acknowledged row is lost", held: false, found: "1 of 5" }];
    expect(wrong({ gate: "fail" }, { checks })).toEqual(["always: no acknowledged row is lost, was 1 of 5"]);
  });
});
