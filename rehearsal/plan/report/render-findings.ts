import type { PolicyFinding } from "../policy-findings.ts";

/** Lists the policies that a plan violates. */
export function renderFindings(findings: readonly PolicyFinding[]): string {
  if (findings.length === 0) return "Policies: no violation.";
  const lines = findings.map(
    ({ enforcementLevel, policy, urn, message }) => `  [${enforcementLevel}] ${policy}: ${message}\n    ${urn}`,
  );
  return [`Policies: ${findings.length} violation${findings.length === 1 ? "" : "s"}.`, ...lines].join("\n");
}
