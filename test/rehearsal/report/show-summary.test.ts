import { describe, expect, it } from "vitest";
import { type RehearsalReport, rehearsalReportSchema } from "../../../rehearsal/report/report-schema.ts";
import { showProgress } from "../../../rehearsal/report/show-progress.ts";
import { showSummary } from "../../../rehearsal/report/show-summary.ts";
import type { Terminal } from "../../../rehearsal/report/terminal.ts";
import { moveReport, rehearsalReport, stageReport } from "./report-fixture.ts";

/** What is shown, line by line, without colours. */
function shown(show: (terminal: Terminal) => void): string[] {
  const lines: string[] = [];
  show({ line: (text = "") => void lines.push(text), status: () => {}, paint: (_, text) => text });
  return lines;
}

const summary = (report: RehearsalReport) => shown((terminal) => showSummary(terminal, report, "report.json"));

describe("showSummary", () => {
  it("shows a row for each move and the rollback, the limits of the proof, and the verdict", () => {
    expect(rehearsalReportSchema.parse(rehearsalReport)).toEqual(rehearsalReport);
    const lines = summary(rehearsalReport);
    expect(lines.filter((line) => line.startsWith("staging "))).toHaveLength(3);
    expect(lines.find((line) => line.includes("1.1.0 at 5 %"))?.split(/ {2,}/)).toEqual([
      "staging",
      "1.1.0 at 5 %",
      "1",
      "5 %",
      "5.3 %",
      "2.3 % to 9.9 %",
      "0 of 410",
      "4 ms",
      "9 ms",
      "700 ms",
      "✓",
    ]);
    expect(lines).toContain("  - The load balancer is a model.");
    expect(lines).toContain("  seconds in all: 38 of at most 60");
    expect(lines).toContain("  MiB of memory in all: not measured: there is no /proc");
    expect(lines.at(-1)).toBe("Everything held: 2 checks. Measured in full: report.json");
  });

  it("says how much did not hold, and marks a limit that was passed without failing for it", () => {
    const broken = { what: "no acknowledged row is lost (guide C4)", held: false, found: "1 of 3000" };
    const lines = summary({
      ...rehearsalReport,
      held: false,
      stages: [{ ...stageReport, checks: [broken] }],
      limits: {
        ...rehearsalReport.limits,
        seconds: { what: "seconds in all", limit: 60, measured: 71.2, kept: false },
      },
    });
    expect(lines).toContain("! seconds in all: 71 of at most 60");
    expect(lines.at(-1)).toBe("Not everything held: 1 of 2 checks did not. Measured in full: report.json");
  });

  it("tells why a run ended early", () => {
    const lines = summary({ ...rehearsalReport, held: false, stages: [], failure: "initdb ended with 1" });
    expect(lines).toContain("The run ended early: initdb ended with 1");
    expect(lines.at(-1)).toContain("Not everything held");
  });
});

describe("showProgress", () => {
  it("tells what a move changed, and what of it did not hold", () => {
    const broken = { what: "no requests lost", held: false, found: "2 of 410" };
    const lines = shown((terminal) => showProgress(terminal).move({ ...moveReport, checks: [broken] }));
    expect(lines[0]).toMatch(/^ {2}✗ 1\.1\.0 at 5 % {4}served 5\.3 % \(2\.3 % to 9\.9 %\) of 400; lost 0 of 410/);
    expect(lines[1]?.trim()).toBe("update portal-staging-public: weight 0 -> 5");
    expect(lines[2]?.trim()).toBe("no requests lost: 2 of 410");
  });

  it("shows each refusal with the program's words", () => {
    const lines = shown((terminal) => showProgress(terminal).refusals(stageReport.refusals));
    expect(lines.map((line) => line.trim())).toEqual(["✓ refused         skip a step", "Rollout refused."]);
  });
});
