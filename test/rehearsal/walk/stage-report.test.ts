import { describe, expect, it } from "vitest";
import { stageChecks } from "../../../rehearsal/walk/stage-report.ts";
import { promoteReport, stageReport } from "../report/report-fixture.ts";

const inOrder = { all: 2, inOrder: 2 };
const broken = (changes: object, stopped = inOrder) =>
  stageChecks({ ...stageReport, ...changes }, stopped)
    .filter(({ held }) => !held)
    .map(({ what, found }) => `${what}: ${found}`);

describe("stageChecks", () => {
  it("holds when all of it held", () => {
    expect(broken({})).toEqual([]);
  });

  it.each([
    [
      { plan: { ...stageReport.plan, findings: [{ policy: "rds-encrypted", urn: "u", message: "m" }] } },
      "the plan violates no policy: rds-encrypted",
    ],
    [
      { requests: { ...stageReport.requests, countedByTasks: 6061 } },
      "clients and tasks count the same requests: 6060 reached a task, and the tasks counted 6061",
    ],
    [{ rows: { ...stageReport.rows, lost: 1 } }, "no acknowledged row is lost (guide C4): 1 of 3000"],
    [{ rows: { ...stageReport.rows, acknowledged: 0 } }, "no acknowledged row is lost (guide C4): 0 of 0"],
    [{ rows: { ...stageReport.rows, foreign: 2 } }, "the database has no row that the load did not write: 2 of 3000"],
    [{ requests: { ...stageReport.requests, lost: 31 } }, "no request is lost, except by the fault: 1 of 6000"],
    [
      { moves: [stageReport.moves[0], { ...promoteReport, webSocket: null }] },
      "a WebSocket opened before a release's first step stays with its colour until after the promote: closed",
    ],
    [
      { refusals: [{ name: "skip a step", edit: {}, at: "", held: false, message: "the program accepted it" }] },
      "refused: skip a step: the program accepted it",
    ],
  ])("sees each thing that did not: %#", (changes, expected) => {
    expect(broken(changes)).toEqual([expected]);
  });

  it("follows a WebSocket through each release by itself", () => {
    const second = (webSocket: "blue" | "green") => [
      { ...stageReport.moves[0], webSocket: "green" },
      { ...promoteReport, webSocket },
    ];
    const first = [stageReport.moves[0], promoteReport];
    expect(broken({ moves: [...first, ...second("green")] })).toEqual([]);
    expect(broken({ moves: [...first, ...second("blue")] })).toEqual([
      "a WebSocket opened before a release's first step stays with its colour until after the promote: blue, blue",
    ]);
    expect(broken({ moves: [stageReport.moves[0]] })).toEqual([
      "a WebSocket opened before a release's first step stays with its colour until after the promote: no promote",
    ]);
  });

  it("sees a process that had to be killed", () => {
    expect(broken({}, { all: 2, inOrder: 1 })).toEqual([
      "each replaced process finishes its requests and ends by itself: 1 of 2",
    ]);
  });
});
