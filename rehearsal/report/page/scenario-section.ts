import { type Html, html } from "../../../cli/reports/page/html.ts";
import type { ScenarioReport } from "../report-schema.ts";

const marks = {
  held: { sign: "✓ as expected", style: "good" },
  "not held": { sign: "✗ not as expected", style: "bad" },
  "not judged": { sign: "? not judged: the machine was too slow", style: "soft" },
} as const;

/** The scenarios: each with what was expected, what was, and what the program said. Nothing where none was run. */
export function scenarioSection(scenarios: readonly ScenarioReport[]): Html {
  if (scenarios.length === 0) return html``;
  const held = scenarios.filter(({ result }) => result === "held").length;
  return html`<section>
<h2 id="scenarios">Scenarios</h2>
<p>${held} of ${scenarios.length} went as expected.</p>
${scenarios.map(oneScenario)}
</section>
`;
}

function oneScenario({
  name,
  title,
  about,
  stage,
  startsAtPercent,
  result,
  comparisons,
  found,
  timeline,
}: ScenarioReport): Html {
  const { sign, style } = marks[result];
  return html`<h3 id="scenario-${name}"><span class="${style}">${sign}</span>: ${title}</h3>
<p>${about === undefined ? "" : `${about} `}<span class="soft">${name}, ${stage} at ${startsAtPercent} %, ${timeline.length} min of its own clock, ${found.requests} requests of which ${found.failed} failed.</span></p>
<div class="scroll" role="region" aria-label="what was expected of ${name}" tabindex="0"><table>
<thead><tr><th scope="col">what</th><th scope="col">expected</th><th scope="col">was</th><th scope="col">held</th></tr></thead>
<tbody>
${comparisons.map(
  (one) =>
    html`<tr><th scope="row">${one.what}</th><td>${one.expected}</td><td>${one.was}</td><td><span class="${one.held ? "good" : "bad"}">${one.held ? "✓ held" : "✗ not held"}</span></td></tr>\n`,
)}</tbody>
</table></div>
${found.refusal === "" ? "" : html`<details><summary>What the program said to ${name}</summary><p class="soft">${found.refusal}</p></details>`}
`;
}
