import { describe, expect, it } from "vitest";
import { markdownTable } from "../../../cli/reports/markdown.ts";
import { rehearsalMarkdown } from "../../../rehearsal/report/rehearsal-markdown.ts";
import type { ScenarioReport } from "../../../rehearsal/report/report-schema.ts";
import { rehearsalReport, stageReport } from "./report-fixture.ts";

describe("rehearsalMarkdown", () => {
  it("says first whether everything held, and has a row for each move", () => {
    const lines = rehearsalMarkdown(rehearsalReport).split("\n");
    expect(lines[2]).toBe(`**Held: 2 of 2 checks held.** 38 s, seed ${rehearsalReport.settings.seed}.`);
    const rows = lines.filter((line) => line.startsWith("| 1.1.0"));
    expect(rows.map((row) => row.split(" | ").slice(0, 6))).toEqual([
      ["| 1.1.0 at 5 %", "1", "5 %", "5.3 %", "0", "9 ms"],
      ["| 1.1.0 promoted", "1", "5 %", "5.3 %", "0", "9 ms"],
    ]);
    expect(rows.every((row) => row.endsWith(" | held |"))).toBe(true);
  });

  it("names each check that did not hold, and why a run stopped early", () => {
    const broken = { what: "no row is lost", held: false, found: "1 of 3000" };
    const stages = [{ ...stageReport, checks: [broken] }];
    const text = rehearsalMarkdown({ ...rehearsalReport, held: false, failure: "initdb failed", stages });
    expect(text).toContain("**Did not hold: 1 of 2 checks held.**");
    expect(text).toContain("The run stopped early: initdb failed");
    expect(text).toContain("- not held: no row is lost: 1 of 3000");
  });

  it("shows what differed in a scenario, beside those that went as expected", () => {
    const scenario = {
      name: "hang",
      title: "A release that hangs",
      result: "not held",
      found: { requests: 40, failed: 3 },
      comparisons: [
        { what: "gate", expected: "refused", was: "pass", held: false },
        { what: "failed", expected: "at most 5", was: "3", held: true },
      ],
    } as unknown as ScenarioReport;
    const healthy = {
      ...scenario,
      name: "healthy",
      title: "A healthy release",
      result: "held",
      comparisons: [],
    } as const;
    const text = rehearsalMarkdown({ ...rehearsalReport, held: false, stages: [], scenarios: [scenario, healthy] });
    expect(text).toContain("1 of 2 scenarios went as expected");
    expect(text).toContain("| A release that hangs | not held | 40 | 3 |");
    expect(text).toContain("- hang, gate: refused expected, was pass");
    expect(text).not.toContain("hang, failed");
  });
});

describe("markdownTable", () => {
  it("keeps text in its cell, whatever is in it", () => {
    expect(markdownTable(["a", "b"], [["1 | 2", "<b>*x*</b>\nsecond"]])).toBe(
      "| a | b |\n|---|---|\n| 1 \\| 2 | \\<b\\>\\*x\\*\\</b\\> second |",
    );
  });
});
