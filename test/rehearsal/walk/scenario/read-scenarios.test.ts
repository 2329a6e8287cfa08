import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { projectFolder } from "../../../../rehearsal/plan/project-folder.ts";
import {
  listScenarios,
  readScenario,
  readScenarios,
  scenariosFolder,
  scenariosNamed,
} from "../../../../rehearsal/walk/scenario/read-scenarios.ts";
import { temporaryFolder } from "../../../support/temporary-folder.ts";

const good = `title: A release fails
startsAtPercent: 5
traffic: { requestsPerHour: 600 }
faults:
  - { to: candidate, from: 1h, errorPercent: 50 }
expect: { gate: fail, returned: { by: check, within: 1h30m } }
`;

function read(text: string) {
  const path = join(temporaryFolder(), "mine.yaml");
  writeFileSync(path, text);
  return readScenario(path);
}

function problemsOf(text: string): string {
  try {
    read(text);
  } catch (error) {
    return String(error);
  }
  return "no problem";
}

describe("a scenario's file", () => {
  it("is read with its defaults, durations as minutes", () => {
    expect(read(good)).toEqual({
      name: "mine",
      title: "A release fails",
      stage: "production",
      startsAtPercent: 5,
      traffic: { requestsPerHour: 600, failingRequestsPerHour: 0, repeatsOfFailure: 0, webSockets: 0 },
      settings: {},
      faults: [{ to: "candidate", from: 60, errorPercent: 50 }],
      ask: { move: "step" },
      goesOn: 5,
      expect: { gate: "fail", returned: { by: "check", within: 90 } },
    });
  });

  it("is refused with all its problems at once: key, value, rule and fix", () => {
    const problems = problemsOf(`startsAtPercent: 150
trafic: { requestsPerHour: 600 }
faults:
  - { to: green, errorPercent: 5 }
  - { to: live }
  - { to: live, status: 404, untill: 5m }
goesOn: 90s
expect: {}
`);
    expect(problems).toContain("mine.yaml has 9 problems");
    expect(problems).toContain("title is missing");
    expect(problems).toContain("startsAtPercent is 150\n    rule: must be per cent, from 0 to 100");
    expect(problems).toContain("trafic is not a known key\n    rule: did you mean traffic?");
    expect(problems).toContain('faults[0].to is "green"\n    rule: must be candidate, live or both');
    expect(problems).toContain("faults[1] is");
    expect(problems).toContain("must be a fault with at least one of errorPercent, status,");
    expect(problems).toContain("faults[2].untill is not a known key\n    rule: did you mean until?");
    expect(problems).toContain('goesOn is "90s"\n    rule: must be whole minutes');
    expect(problems).toContain("expect is {}\n    rule: must be at least one thing that is expected");
  });

  it("is refused by its line where it is no YAML", () => {
    expect(problemsOf(`${good}traffic: [`)).toContain("mine.yaml is not valid YAML");
  });

  it("has no return but after a promote", () => {
    const asks = (ask: string) => `${good}ask: ${ask}\n`;
    expect(problemsOf(asks("{ returnAfter: 5m }"))).toContain(
      "rule: must be without returnAfter, which only a promote can have",
    );
    expect(read(asks("{ move: promote, returnAfter: 5m }")).ask.returnAfter).toBe(5);
  });

  it("does not expect a return in other words than the known ones", () => {
    expect(problemsOf(good.replace("by: check", "by: somebody"))).toContain("expect.returned");
  });
});

describe("the project's scenarios", () => {
  const all = readScenarios(join(projectFolder, scenariosFolder));

  it("are those that rollouts have gone wrong by, and each expects something of the gate, the return or the failures", () => {
    expect(all.map(({ name }) => name)).toEqual([
      "alarm-before-step",
      "both-fail",
      "connections-exhausted",
      "crash-in-request",
      "errors-0.9-percent",
      "errors-3-percent",
      "failing-setting",
      "hang",
      "healthy",
      "live-fails",
      "live-scaled-in",
      "long-websocket",
      "memory",
      "not-found-for-everybody",
      "promote-too-early",
      "promote",
      "receives-nothing",
      "retry-storm",
      "return-after-promote",
      "rollback-during-rollback",
      "slow-answers",
      "step-during-deployment",
      "tasks-hang-up",
      "thirty-clean-requests",
    ]);
    for (const { about, expect: expected } of all) {
      expect(about).toBeDefined();
      expect(Object.keys(expected).length).toBeGreaterThanOrEqual(3);
    }
  });

  it("are listed by name, and found by it", () => {
    expect(listScenarios(all).split("\n")).toHaveLength(all.length + 1);
    expect(listScenarios(all)).toMatch(
      /^hang +The candidate answers nobody, and its health check passes \(production\)$/m,
    );
    expect(scenariosNamed(all, ["memory", "hang"]).map(({ name }) => name)).toEqual(["memory", "hang"]);
    expect(() => scenariosNamed(all, ["memry"])).toThrow("There is no scenario memry. Did you mean memory?");
  });
});
