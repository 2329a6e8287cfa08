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
<ul>${comparisons.map(comparison)}</ul>
${found.refusal === "" ? "" : html`<details><summary>What the program said to ${name}</summary><p class="soft">${found.refusal}</p></details>`}
`;
}

/** A list and no table: a phone has no room for what was expected beside what was. */
function comparison({ what, expected, was, held }: ScenarioReport["comparisons"][number]): Html {
  if (!held) {
    return html`<li><span class="bad">✗ not held</span> ${what}: expected <strong>${expected}</strong>, was <strong>${was}</strong></li>\n`;
  }
  // What a refusal says in all stands below.
  const found = was === expected || what === "the refusal says" ? "" : `, was ${was}`;
  return html`<li><span class="good">✓ held</span> ${what}: ${expected}<span class="soft">${found}</span></li>\n`;
}
