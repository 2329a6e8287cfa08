import { type ChartedTime, failureChart, figure, lineChart, shareChart } from "../page/charts.ts";
import { type Html, html, page, scrolling } from "../page/html.ts";
import { pageStyle } from "../page/page-style.ts";
import { failedSentence, lineText, moment, notShown, stepHeadings, stepRow, verdictSentence } from "./report-words.ts";
import type { RolloutReport } from "./rollout-report.ts";
import type { ReportTimeline } from "./rollout-timeline.ts";

/** The report as one HTML page: the verdict first, then charts, steps, what happened and what the gate refused. */
export function rolloutReportPage(report: RolloutReport, timeZone: string): string {
  const { stage, end, from, until, lines, missing, refusedLooks, steps, timeline } = report;
  const isGood = end === "promoted" || end === "under way";
  const title = `Rollout of ${stage}`;
  const rows = steps.map((step) => Object.values(stepRow(step, timeZone)) as string[]);
  const body = html`<header>
<h1>${title}</h1>
<div class="verdict ${isGood ? "" : "bad"}">
<p><strong class="${isGood ? "good" : "bad"}">${verdictSentence(report)}</strong></p>
<p>${failedSentence(report)}</p>
</div>
<p class="soft">From ${moment(from, timeZone)} until ${moment(until, timeZone)}.</p>
</header>
<main>
<section>
<h2>Requests over time</h2>
${timeline === null ? html`<p>No evidence of this folder and no answer of AWS has counts by the minute, so there are no charts.</p>` : charts(timeline)}
</section>
<section>
<h2>Each step</h2>
${scrolling(
  html`<table>
<thead><tr>${stepHeadings.map((heading) => html`<th scope="col">${heading}</th>`)}</tr></thead>
<tbody>
${rows.map(([step = "", ...cells]) => html`<tr><th scope="row">${step}</th>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`,
  "steps",
)}
</section>
<section>
<h2>What happened</h2>
<ol class="events">
${lines.map((line) => html`<li>${lineText(line, timeZone)}</li>\n`)}</ol>
</section>
${
  refusedLooks.length === 0
    ? ""
    : html`<section>
<h2>What the gate refused</h2>
<ul>${refusedLooks.map(({ at, wanted, refusals }) => html`<li>${moment(at, timeZone)}, asked for ${wanted.weightPercent} %: <span class="soft">${refusals.map(({ message }) => message).join(" ")}</span></li>\n`)}</ul>
</section>`
}
<section>
<h2>What this report does not show</h2>
<ul>${[...missing, ...notShown].map((one) => html`<li>${one}</li>\n`)}</ul>
</section>
</main>
`;
  return page({ title: `${title}: ${verdictSentence(report)}`, style: pageStyle, body });
}

function charts({ binMinutes, bins, events, slowerThanSeconds }: ReportTimeline): Html {
  const time: ChartedTime = {
    unit: "h",
    binLength: binMinutes / 60,
    binName: binMinutes === 1 ? "minute" : binMinutes < 60 ? `${binMinutes} minutes` : `${binMinutes / 60} h`,
    bins,
    events: events.map(({ minute, greenPercent }) => ({ at: minute / 60, greenPercent })),
  };
  const slow = lineChart(time, {
    title: `Answers slower than ${slowerThanSeconds} s, per cent`,
    description: `The share of each colour's answers per ${time.binName} that took longer than ${slowerThanSeconds} s.`,
    lines: [
      { name: "blue", color: "--blue", values: bins.map(({ slowPercent }) => slowPercent.blue) },
      { name: "green", color: "--green", values: bins.map(({ slowPercent }) => slowPercent.green) },
    ],
  });
  return html`${[shareChart(time), failureChart(time), slow].map(figure)}`;
}
