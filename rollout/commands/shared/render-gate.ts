import type { GateJudgement } from "../../core/gate/judge-gate.ts";
import { countText, type Finding } from "../../core/gate/verdict.ts";
import { renderTable } from "../../terminal/table.ts";

/**
 * Draws a verdict: a line for each finding, and below them what to do about those that do not pass. Alarms that are OK
 * share one line, so that the others are seen.
 */
export function renderGate({ verdict, findings }: GateJudgement): string {
  const isQuiet = (finding: Finding) => finding.what.startsWith("alarm ") && finding.verdict === "pass";
  const quiet = findings.filter(isQuiet).length;
  const rows = findings
    .filter((finding) => !isQuiet(finding))
    .map(({ verdict: of, what, value, bound }) => [of, what, value, bound]);
  if (quiet > 0) rows.push(["pass", countText(quiet, "alarm"), "OK", "OK"]);
  const columns = ["verdict", "what", "found", "bound"].map((heading) => ({ heading }));
  const open = findings.filter((finding) => finding.verdict !== "pass" && finding.verdict !== "no objection");
  return [
    `The gate's verdict: ${verdict}.`,
    "",
    ...renderTable(columns, rows),
    ...(open.length === 0 ? [] : ["", ...open.map(({ sentence }) => `- ${sentence}`)]),
  ].join("\n");
}
