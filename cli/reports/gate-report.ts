import { exposureFinding } from "../../rollout/gate/exposure.ts";
import type { GateJudgement } from "../../rollout/gate/judge-gate.ts";
import { countText, type Finding, verdictText } from "../../rollout/gate/verdict.ts";
import { renderTable } from "../terminal.ts";

/** Draws a verdict: a line for each finding, and below them what to do about those that do not pass, and what it means to pass by exposure. */
export function renderGate(judged: GateJudgement): string {
  const { findings, exposure } = judged;
  const rows = shownFindings(findings).map(({ verdict: of, what, value, bound }) => [what, of, value, bound]);
  const columns = ["what", "verdict", "found", "bound"].map((heading) => ({ heading }));
  const told = findings.filter(
    ({ what, verdict }) =>
      (verdict !== "pass" && verdict !== "no objection") || (exposure !== undefined && what === exposureFinding),
  );
  return [
    `The gate's verdict: ${verdictText(judged)}.`,
    "",
    ...renderTable(columns, rows),
    ...(told.length === 0 ? [] : ["", ...told.map(({ sentence }) => `- ${sentence}`)]),
  ].join("\n");
}

/** A finding as a line shows it. */
export type ShownFinding = Pick<Finding, "what" | "value" | "bound" | "verdict">;

/** The findings that a reader has to see: alarms that are OK share one, so that the others are seen. */
export function shownFindings(findings: readonly Finding[]): readonly ShownFinding[] {
  const isQuiet = ({ what, verdict }: Finding) => what.startsWith("alarm ") && verdict === "pass";
  const quiet = findings.filter(isQuiet).length;
  const shared: ShownFinding[] =
    quiet === 0 ? [] : [{ what: countText(quiet, "alarm"), value: "OK", bound: "OK", verdict: "pass" }];
  return [...findings.filter((finding) => !isQuiet(finding)), ...shared];
}
