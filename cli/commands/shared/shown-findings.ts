import { countText, type Finding } from "../../../rollout/gate/verdict.ts";

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
