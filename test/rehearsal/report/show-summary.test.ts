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

const summary = (report: RehearsalReport) =>
  shown((terminal) => showSummary(terminal, report, { reportPath: "report.json", pagePath: "report.html" }));

describe("showSummary", () => {
  it("shows a row for each move and the rollback, the limits of the proof, and the verdict", () => {
    expect(rehearsalReportSchema.parse(rehearsalReport)).toEqual(rehearsalReport);
    const lines = summary(rehearsalReport);
    const moves = lines.filter((line) => line.endsWith("✓") && line.includes(" to "));
    expect(moves.map((line) => line.split(/ {2,}/)[0])).toEqual(["1.1.0 at 5 %", "1.1.0 promoted", "rolled back"]);
    expect(moves[0]?.split(/ {2,}/)).toEqual(["1.1.0 at 5 %", "1", "5 %", "5.3 %", "2.3 % to 9.9 %", "0", "9 ms", "✓"]);
    expect(Math.max(...moves.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines).toContain("  - The load balancer is a model.");
    expect(lines).toContain("  run time in seconds: 38 (limit 60)");
    expect(lines).toContain("  peak memory in MiB: not measured, because there is no /proc (limit 600)");
    expect(lines.at(-1)).toBe("All 2 checks held. Report: report.html; everything measured: report.json");
  });

  it("says how much did not hold, and marks a limit that was passed without failing for it", () => {
    const broken = { what: "no acknowledged row is lost (guide C4)", held: false, found: "1 of 3000" };
    const lines = summary({
      ...rehearsalReport,
      held: false,
      stages: [{ ...stageReport, checks: [broken] }],
      limits: {
        ...rehearsalReport.limits,
        seconds: { what: "run time in seconds", limit: 60, measured: 71.2, kept: false },
      },
    });
    expect(lines).toContain("! run time in seconds: 71 (limit 60)");
    expect(lines.at(-1)).toBe("1 of 2 checks did not hold. Report: report.html; everything measured: report.json");
  });

  it("says of a run on a slow machine that nothing of it is judged, and of one that held nothing", () => {
    const machine = { ...rehearsalReport.machine, slowestControlMilliseconds: 1234, slowestWorkFactor: 3.42 };
    const slow = summary({ ...rehearsalReport, machine, held: false });
    expect(slow.find((line) => line.includes("too slow"))).toMatch(
      /up to 1\.2 s late, and took up to 3\.4 times as long .* Run it again .* exit code is 3\.$/,
    );
    const quick = { ...machine, slowestControlMilliseconds: 399, slowestWorkFactor: 2.9 };
    for (const report of [
      { ...rehearsalReport, machine, held: true },
      { ...rehearsalReport, machine: quick, held: false },
    ]) {
      expect(summary(report).filter((line) => line.includes("too slow"))).toEqual([]);
    }
  });

  it("says why a run stopped early, and does not call it a success because no check failed", () => {
    const lines = summary({ ...rehearsalReport, held: false, stages: [], failure: "initdb failed with exit code 1" });
    expect(lines).toContain("The run stopped early: initdb failed with exit code 1");
    expect(lines.at(-1)).toBe("The rehearsal did not finish. Report: report.html; everything measured: report.json");
  });
});

describe("showProgress", () => {
  it("tells what a move changed, and what of it did not hold", () => {
    const broken = { what: "no requests lost", held: false, found: "2 of 410" };
    const lines = shown((terminal) => showProgress(terminal).move({ ...moveReport, checks: [broken] }));
    expect(lines[0]).toBe(
      "  ✗ 1.1.0 at 5 %    candidate served 5.3 % of 400 answers (99.999 %: 2.3 % to 9.9 %); 0 of 410 requests lost, 3 in flight at the change; p95 9 ms",
    );
    expect(lines[1]?.trim()).toBe("update portal-staging-public: weight 0 -> 5");
    expect(lines[2]?.trim()).toBe("no requests lost: 2 of 410");
  });

  it("shows each refusal with the program's words", () => {
    const lines = shown((terminal) => showProgress(terminal).refusals(stageReport.refusals));
    expect(lines.map((line) => line.trim())).toEqual(["✓ refused         skip a step", "Rollout refused."]);
  });
});
