import type { GateJudgement } from "../../../rollout/gate/judge-gate.ts";
import { renderTable } from "../../terminal.ts";
import { shownFindings } from "./shown-findings.ts";

/** Draws a verdict: a line for each finding, and below them what to do about those that do not pass. */
export function renderGate({ verdict, findings }: GateJudgement): string {
  const rows = shownFindings(findings).map(({ verdict: of, what, value, bound }) => [what, of, value, bound]);
  const columns = ["what", "verdict", "found", "bound"].map((heading) => ({ heading }));
  const open = findings.filter((finding) => finding.verdict !== "pass" && finding.verdict !== "no objection");
  return [
    `The gate's verdict: ${verdict}.`,
    "",
    ...renderTable(columns, rows),
    ...(open.length === 0 ? [] : ["", ...open.map(({ sentence }) => `- ${sentence}`)]),
  ].join("\n");
}
