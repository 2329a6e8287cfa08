import { markdownTable, markdownText } from "../../cli/reports/markdown.ts";
import { gateCheckName, type RehearsalReport, type ScenarioReport, type StageReport } from "./report-schema.ts";
import { describeReachedLimit, describeRollback } from "./show-progress.ts";
import { duration, percent } from "./terminal.ts";

/** A rehearsal's report as Markdown, for a pull request: the verdict first, then each stage and each scenario. */
export function rehearsalMarkdown(report: RehearsalReport): string {
  const { stages, scenarios = [], held, failure, seconds, settings } = report;
  const checks = [...stages.flatMap((stage) => stage.checks), ...report.checks];
  const failed = checks.filter((check) => !check.held);
  const unexpected = scenarios.filter(({ result }) => result !== "held");
  const counts = [
    `${checks.length - failed.length} of ${checks.length} checks held`,
    ...(scenarios.length === 0
      ? []
      : [`${scenarios.length - unexpected.length} of ${scenarios.length} scenarios went as expected`]),
  ];
  return [
    "## Rehearsal",
    `**${held ? "Held" : "Did not hold"}: ${counts.join(", ")}.** ${seconds.toFixed(0)} s, seed ${settings.seed}.`,
    ...(failure === undefined ? [] : [`The run stopped early: ${markdownText(failure)}`]),
    ...(failed.length === 0 ? [] : [list(failed.map(({ what, found }) => `not held: ${what}: ${found}`))]),
    ...stages.map(stagePart),
    ...(scenarios.length === 0 ? [] : [scenarioPart(scenarios)]),
  ].join("\n\n");
}

function list(items: readonly string[]): string {
  return items.map((item) => `- ${markdownText(item)}`).join("\n");
}

const sign = (held: boolean) => (held ? "held" : "NOT HELD");

function stagePart({ stage, moves, rollback, reachedLimit, requests, rows, fitness }: StageReport): string {
  const table = markdownTable(
    ["move", "changes", "planned", "served", "lost", "p95", "gate", ""],
    moves.map(({ name, changes, split, lost, latencyMilliseconds, checks }) => [
      name,
      String(changes.length),
      percent(split.plannedPercent),
      percent(split.servedPercent),
      String(lost),
      duration(latencyMilliseconds.p95),
      checks.find(({ what }) => what === gateCheckName)?.found ?? "not asked",
      sign(checks.every((check) => check.held)),
    ]),
  );
  const told = [
    ...describeRollback(rollback),
    ...(reachedLimit === null ? [] : [describeReachedLimit(reachedLimit)]),
    ...fitness.checks.map(({ what, found, held }) => `${what}: ${found} (${sign(held)})`),
    `${requests.sent} requests were sent: ${requests.failedByFault} failed by the fault, and ${requests.lost - requests.failedByFault} were lost otherwise. ${rows.acknowledged} rows were acknowledged, and ${rows.lost} of them were lost.`,
  ];
  return `### ${stage}\n\n${table}\n\n${list(told)}`;
}

function scenarioPart(scenarios: readonly ScenarioReport[]): string {
  const table = markdownTable(
    ["scenario", "result", "requests", "failed"],
    scenarios.map(({ title, result, found }) => [title, result, String(found.requests), String(found.failed)]),
  );
  const differing = scenarios.flatMap(({ name, comparisons }) =>
    comparisons
      .filter(({ held }) => !held)
      .map(({ what, expected, was }) => `${name}, ${what}: ${expected} expected, was ${was}`),
  );
  return ["### Scenarios", table, ...(differing.length === 0 ? [] : [list(differing)])].join("\n\n");
}
