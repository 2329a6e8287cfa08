import { exitCodes } from "../../cli/outcome.ts";
import type { Stage } from "../../rollout/names.ts";
import { type Explanation, explain, staleExplanations } from "./explanations.ts";
import type { Finding, StepReport } from "./finding.ts";

/** The report of an audit. */
export interface RenderedAudit {
  /** A line for each step, under it one for each finding that nobody explained, and the verdict. */
  readonly lines: readonly string[];
  /** The exit code. */
  readonly outcome: 0 | 1 | 2;
}

const remedy = "Fix it, or explain it in rehearsal/audit/explained.ts.";

/** Says what each step found. What nobody looked at is called "not checked", and is no pass. */
export function renderAudit(
  steps: readonly StepReport[],
  explanations: readonly Explanation[],
  stages: readonly Stage[],
): RenderedAudit {
  const lines: string[] = [];
  let findingCount = 0;
  let missingCount = 0;
  for (const step of steps) {
    if ("missing" in step) {
      missingCount += 1;
      lines.push(`${step.title}: could not run (${step.missing}).`);
    } else if ("unchecked" in step) {
      lines.push(`${step.title}: not checked, because ${step.unchecked}.`);
    } else {
      const { unexplained, explainedCount } = explain(step.findings, explanations);
      const stale = staleExplanations(explanations, step.findings, { judges: step.judges, stages });
      findingCount += unexplained.length + stale.length;
      lines.push(`${step.title}: ${step.judged}, findings: ${unexplained.length}, explained: ${explainedCount}.`);
      lines.push(
        ...unexplained.map((finding) => `- ${renderFinding(finding)}`),
        ...stale.map((one) => `- Stale: ${one}`),
      );
    }
  }
  if (findingCount > 0) return { lines: [...lines, `Findings: ${findingCount}.`], outcome: exitCodes.refusedOrFailed };
  if (missingCount > 0) {
    const how =
      "Install Python 3.10 or newer with its venv module, make sure that pip reaches a package index, and run this again.";
    return { lines: [...lines, `The audit is not complete. ${how}`], outcome: exitCodes.wrongUse };
  }
  return { lines: [...lines, "Nobody who looked objects to anything."], outcome: exitCodes.done };
}

function renderFinding({ stage, where, judge, id, message, page }: Finding): string {
  const subject = stage === undefined ? where : `${stage} ${where}`;
  return `${subject}: ${judge} ${id}: ${message}. ${remedy}${page === undefined ? "" : ` ${page}`}`;
}
