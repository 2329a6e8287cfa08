import { type Column, renderTable } from "../../cli/terminal.ts";
import type { RehearsalReport, ScenarioReport } from "./report-schema.ts";
import { mark, type Terminal } from "./terminal.ts";

const columns: readonly Column[] = [{ heading: "" }, { heading: "expected" }, { heading: "was" }];

import type { ReportFiles } from "./write-report.ts";

/** Shows one scenario when it has ended. What did not hold stands below it, side by side. */
export function showScenario(terminal: Terminal, report: ScenarioReport): void {
  const { name, title, result, comparisons, seconds } = report;
  const sign = result === "not judged" ? terminal.paint("yellow", "?") : mark(terminal, result === "held");
  terminal.line(`${sign} ${name}: ${title} (${seconds.toFixed(1)} s)`, 2);
  if (result === "not judged") {
    terminal.line(`    ${slowMachine}`, 4);
    return;
  }
  const failed = comparisons.filter(({ held }) => !held);
  if (failed.length === 0) return;
  const rows = failed.map(({ what, expected, was }) => [what, expected, was]);
  for (const line of renderTable(columns, rows)) terminal.line(`    ${line}`, 4);
  const { refusal } = report.found;
  if (refusal !== "") terminal.line(terminal.paint("dim", `    ${refusal.replaceAll("\n", "\n    ")}`));
}

/** Why a scenario has no verdict. */
const slowMachine =
  "The machine was too slow to judge this one: it was busy with something else. Run it again when it is idle.";

/** Shows how a run of scenarios ended, and where its report is. */
export function showScenarioSummary(
  terminal: Terminal,
  report: RehearsalReport,
  { reportPath, pagePath }: ReportFiles,
): void {
  const { scenarios = [], checks, failure, limits } = report;
  terminal.line();
  for (const { what, measured, limit, kept } of Object.values(limits)) {
    const found = measured === null ? "not measured, because there is no /proc" : String(Math.round(measured));
    terminal.line(`${kept ? " " : terminal.paint("yellow", "!")} ${what}: ${found} (limit ${limit})`, 2);
  }
  for (const { what, held, found } of checks) terminal.line(`${mark(terminal, held)} ${what}: ${found}`, 2);
  if (failure !== undefined) terminal.line(terminal.paint("red", `The run stopped early: ${failure}`));
  const of = (result: ScenarioReport["result"]) => scenarios.filter((one) => one.result === result).length;
  const [notHeld, notJudged] = [of("not held"), of("not judged")];
  const verdict = report.held
    ? terminal.paint(
        ["bold", "green"],
        scenarios.length === 1
          ? "The scenario went as expected."
          : `All ${scenarios.length} scenarios went as expected.`,
      )
    : terminal.paint(
        ["bold", "red"],
        `${of("held")} of ${scenarios.length} scenarios went as expected, ${notHeld} did not, and ${notJudged} could not be judged.`,
      );
  terminal.line();
  terminal.line(`${verdict} Report: ${pagePath}; everything measured: ${reportPath}`);
}
