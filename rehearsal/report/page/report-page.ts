import { html, page } from "../../../cli/reports/page/html.ts";
import { pageStyle } from "../../../cli/reports/page/page-style.ts";
import type { Check, RehearsalReport, ScenarioReport } from "../report-schema.ts";
import { scenarioSection } from "./scenario-section.ts";
import { checkList, stageSection } from "./stage-section.ts";

/**
 * The report as one HTML page: verdict first, then each stage, then what was only a model. It is complete in itself. It loads
 * nothing, and runs no script.
 */
export function reportPage(report: RehearsalReport): string {
  const { scenarios = [] } = report;
  const checks = [
    ...report.stages.flatMap((stage) => stage.checks),
    ...scenarios.flatMap(checksOfScenario),
    ...report.checks,
  ];
  const failed = checks.filter(({ held }) => !held);
  const { machine, settings, limits } = report;
  const verdict = report.held
    ? `All ${checks.length} checks held`
    : failed.length === 0
      ? "Not everything could be judged"
      : `${failed.length} of ${checks.length} checks did not hold`;
  const title =
    scenarios.length > 0
      ? `${scenarios.length} scenarios of a rollout`
      : `Rehearsal of ${report.stages.map(({ stage }) => stage).join(" and ") || "no stage"}`;
  const body = html`<header>
<h1>${title}</h1>
<div class="verdict ${report.held ? "" : "bad"}">
<p><strong class="${report.held ? "good" : "bad"}">${report.held ? "✓" : "✗"} ${verdict}.</strong></p>
${report.failure === undefined ? "" : html`<p>The run stopped early: ${report.failure}</p>`}
${failed.length === 0 ? "" : checkList(failed)}
</div>
<p class="soft">Started ${report.startedAt}, ${report.seconds.toFixed(0)} s, seed ${settings.seed}, Node ${machine.node} on ${machine.platform} with ${machine.cores} cores.
${Object.values(limits).map(({ what, measured, limit }) => html`${what}: ${measured === null ? "not measured" : Math.round(measured)} (limit ${limit}). `)}</p>
</header>
<main>
${report.stages.map(stageSection)}${scenarioSection(scenarios)}
<section>
<h2>What this rehearsal does not show</h2>
<ul>${report.models.map((model) => html`<li>${model}</li>\n`)}</ul>
</section>
</main>
`;
  return page({ title: `${title}: ${verdict}`, style: pageStyle, body });
}

/** What a scenario expected, as checks. Where the machine was too slow, nothing of it is a check. */
function checksOfScenario({ name, result, comparisons }: ScenarioReport): readonly Check[] {
  if (result === "not judged") return [];
  return comparisons.map(({ what, expected, was, held }) => {
    return { what: `${name}: ${what} ${expected}`, held, found: was };
  });
}
