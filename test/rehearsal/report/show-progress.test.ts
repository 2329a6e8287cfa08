import { describe, expect, it } from "vitest";
import { describeRollback } from "../../../rehearsal/report/show-progress.ts";
import { stageReport } from "./report-fixture.ts";

const { rollback } = stageReport;

describe("describeRollback", () => {
  it("tells what was noticed, what the machine did and what was kept, in five lines", () => {
    expect(describeRollback(rollback)).toEqual([
      "blue answers 40 % of its requests with 500; portal-staging-blue-error-rate-7-of-10 fired after 2.4 s (48.0 s at the planned pace)",
      "the machine called describeRules, modifyRule; the candidate's last request ended 12 ms after the alarm",
      'latch set, reason portal-staging-blue-unfit; notices: "Rolled back: the candidate is off the public path"',
      "an update in flight to 50 % was undone by the check after 1.3 s",
      "the unchanged config was refused, candidateWeight 0 was accepted; a second execution called describeRules",
    ]);
  });

  it("leaves out the indicator of public traffic, and the check where none is planned", () => {
    const firing = [...rollback.alarm.firing, "portal-staging-blue-weighted"];
    const lines = describeRollback({ ...rollback, alarm: { ...rollback.alarm, firing }, undone: null });
    expect(lines).toHaveLength(4);
    expect(lines[0]).not.toContain("weighted");
  });

  it("says where nobody was told and nothing was called", () => {
    const lines = describeRollback({ ...rollback, notices: [], execution: { ...rollback.execution, calls: [] } });
    expect(lines[1]).toContain("the machine called nothing;");
    expect(lines[2]).toContain("notices: none");
  });
});
