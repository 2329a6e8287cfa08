import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isEnough, killedPercent, type MutationReport, readMutationReport, scoreOf, survivorLines } from "./score.ts";
import { readScores, renderScores, tooFew, writeScores } from "./score-table.ts";

/** What Stryker wrote of eleven lines with comparisons, messages, a mark, and a function that no test called. */
const recorded = readFileSync(join(import.meta.dirname, "recorded-report.json"), "utf8");

describe("a report", () => {
  const report = readMutationReport(recorded);

  it("is counted without the kinds of mutants that were not asked for", () => {
    expect(scoreOf(report)).toEqual({ killed: 8, survived: 2, equivalent: 1, notTried: 0 });
  });

  it("names each survivor by its line, and says which of them no test runs", () => {
    expect(survivorLines(report)).toEqual([
      "rollout/sample.ts:9 BlockStatement: export function unused(): string { … → {}, which no test runs",
      "rollout/sample.ts:3 EqualityOperator: percent < 0 → percent <= 0",
    ]);
  });

  it.each(["Timeout", "RuntimeError", "CompileError"] as const)("counts what ends in %s as noticed", (status) => {
    expect(scoreOf(oneMutant(report, status))).toEqual({ killed: 1, survived: 0, equivalent: 0, notTried: 0 });
  });

  it("of a quick run says how many mutants it left out", () => {
    const quick = oneMutant(report, "Ignored", 'Static mutant (and "ignoreStatic" was enabled)');
    expect(scoreOf(quick)).toEqual({ killed: 0, survived: 0, equivalent: 0, notTried: 1 });
  });

  it("with a mutant that was not tried is no result", () => {
    expect(() => scoreOf(oneMutant(report, "Pending"))).toThrow(
      "rollout/sample.ts:3 holds a mutant that was not tried.",
    );
  });

  it("of something else is refused", () => {
    expect(() => readMutationReport(recorded.replace('"status": "Survived"', '"status": "Fine"'))).toThrow("status");
  });
});

type Status = MutationReport["files"][string]["mutants"][number]["status"];

function oneMutant({ files }: MutationReport, status: Status, statusReason?: string): MutationReport {
  const [[path, file] = []] = Object.entries(files);
  const survivor = file?.mutants.find((one) => one.status === "Survived");
  if (path === undefined || file === undefined || survivor === undefined) throw new Error("The report has a survivor.");
  return { files: { [path]: { ...file, mutants: [{ ...survivor, status, statusReason }] } } };
}

describe("the share that was killed", () => {
  it.each([
    [{ killed: 95, survived: 5, equivalent: 0, notTried: 0 }, true],
    [{ killed: 949, survived: 51, equivalent: 900, notTried: 0 }, false],
    [{ killed: 0, survived: 0, equivalent: 0, notTried: 0 }, false],
    [{ killed: 0, survived: 0, equivalent: 4, notTried: 0 }, false],
  ])("of %j is enough: %s", (score, enough) => expect(isEnough(score)).toBe(enough));

  it("leaves equivalents out", () => {
    expect(killedPercent({ killed: 3, survived: 1, equivalent: 96, notTried: 0 })).toBe(75);
  });

  it("is told where it is not enough, by its name, and never rounded up", () => {
    const scores = new Map([
      ["rollout/rules", { killed: 9499, survived: 501, equivalent: 0, notTried: 0 }],
      ["rollout/gate", { killed: 95, survived: 5, equivalent: 0, notTried: 0 }],
    ]);
    expect(tooFew(scores)).toEqual([
      "The tests of rollout/rules notice 94.9 % of its mutants, and 95 % is the least. Write the missing tests, or simplify the code.",
    ]);
  });
});

describe("the table", () => {
  const document = "# Title\n\n<!-- mutants: begin -->\nan earlier row\n<!-- mutants: end -->\n\nText.\n";
  const score = { killed: 96, survived: 4, equivalent: 3, notTried: 2 };

  it("has a row for each part, also for one that was not measured, and one for all", () => {
    expect(
      renderScores(
        new Map([
          ["rollout", score],
          ["rollout/gate", undefined],
          ["rollout/rules", score],
        ]),
      ),
    ).toEqual([
      "| part | mutants | killed | survived | equivalent | not tried | killed, of killed and survived |",
      "|---|---|---|---|---|---|---|",
      "| `rollout` | 105 | 96 | 4 | 3 | 2 | 96.0 % |",
      "| `rollout/gate` | not measured | | | | | |",
      "| `rollout/rules` | 105 | 96 | 4 | 3 | 2 | 96.0 % |",
      "| all of them | 210 | 192 | 8 | 6 | 4 | 96.0 % |",
    ]);
  });

  it("is read back as it was written, and the rest of the document stays", () => {
    const scores = new Map([
      ["rollout", score],
      ["rollout/gate/forecast.ts", { killed: 1, survived: 0, equivalent: 0, notTried: 0 }],
    ]);
    const written = writeScores(document, scores);
    expect(readScores(written)).toEqual(scores);
    expect(written.startsWith("# Title\n\n<!-- mutants: begin -->\n| part")).toBe(true);
    expect(written.endsWith("|\n<!-- mutants: end -->\n\nText.\n")).toBe(true);
    expect(written).not.toContain("earlier");
  });

  it("needs its marks", () => {
    expect(() => readScores("# Title\n")).toThrow(
      "The document lacks <!-- mutants: begin --> and <!-- mutants: end -->.",
    );
  });
});
