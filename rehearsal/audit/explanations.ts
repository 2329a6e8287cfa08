import { type Stage, stages } from "../../rollout/names.ts";
import type { Finding, Judge } from "./finding.ts";

/** Why a finding of a judge stays. */
export interface Explanation {
  readonly judge: Judge;
  /** The judge's id of what it looks for. */
  readonly id: string;
  /**
   * What it was found in. Each must be found again in each stage, or the explanation is stale. `every` is for what a stack
   * file can have any number of, such as secrets; it is stale where nothing is found.
   */
  readonly subjects: readonly string[] | "every";
  /** Default: both. Not used for a judge that does not look at plans. */
  readonly stages?: readonly Stage[];
  /** Why this is right as it is, for somebody who sees the finding and not the code. */
  readonly reason: string;
}

/** Findings, with what the explanations say of them. */
export interface Explained {
  readonly unexplained: readonly Finding[];
  readonly explainedCount: number;
}

/** Parts findings that somebody explained from those that nobody did. */
export function explain(findings: readonly Finding[], explanations: readonly Explanation[]): Explained {
  const known = new Set(explanations.flatMap(explainedKeys).map(({ key }) => key));
  const unexplained = findings.filter((finding) => !keysOf(finding).some((key) => known.has(key)));
  return { unexplained, explainedCount: findings.length - unexplained.length };
}

/** What was looked at: an explanation of anything else says nothing about being stale. */
export interface Looked {
  readonly judges: readonly Judge[];
  readonly stages: readonly Stage[];
}

/**
 * A sentence for each part of an explanation that explains nothing any more: the finding was fixed, or the id or the
 * subject is misspelt.
 */
export function staleExplanations(
  explanations: readonly Explanation[],
  findings: readonly Finding[],
  looked: Looked,
): readonly string[] {
  const found = new Set(findings.flatMap(keysOf));
  return explanations
    .filter(({ judge }) => looked.judges.includes(judge))
    .flatMap(explainedKeys)
    .filter(({ key, stage }) => !found.has(key) && (stage === undefined || looked.stages.includes(stage)))
    .map(
      ({ explanation: { judge, id }, subject, stage }) =>
        `${judge} finds no ${id} in ${subject === every ? "anything" : subject}${stage === undefined ? "" : ` of ${stage}`}. Take it out of rehearsal/audit/explained.ts.`,
    );
}

const every = "every";

/** Judges whose findings are about the plan of a stage. */
const judgesOfPlans: readonly Judge[] = ["checkov", "cloudsplaining"];

function explainedKeys(explanation: Explanation) {
  const { judge, id } = explanation;
  const places: readonly (Stage | undefined)[] = judgesOfPlans.includes(judge)
    ? (explanation.stages ?? stages)
    : [undefined];
  return places.flatMap((stage) =>
    (explanation.subjects === every ? [every] : explanation.subjects).map((subject) => ({
      explanation,
      subject,
      stage,
      key: keyOf({ judge, id, subject, ...(stage === undefined ? {} : { stage }) }),
    })),
  );
}

/** A finding is explained by its subject, or by an explanation of every subject. */
function keysOf(finding: Finding): readonly string[] {
  return [keyOf(finding), keyOf({ ...finding, subject: every })];
}

function keyOf({ judge, id, stage, subject }: Pick<Finding, "judge" | "id" | "stage" | "subject">): string {
  return JSON.stringify([judge, id, stage ?? "", subject]);
}
