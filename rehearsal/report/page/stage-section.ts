import {
  type ChartedTime,
  failureChart,
  figure,
  lineChart,
  type RenderedChart,
  shareChart,
} from "../../../cli/reports/page/charts.ts";
import { type Html, html, scrolling } from "../../../cli/reports/page/html.ts";
import { splitConfidenceText } from "../../local/split.ts";
import { fitnessRows } from "../fitness-rows.ts";
import { type Check, gateCheckName, type MoveReport, type StageReport } from "../report-schema.ts";
import { describeReachedLimit, describeRollback } from "../show-progress.ts";
import { duration, percent } from "../terminal.ts";
import type { Timeline } from "../timeline.ts";

/** One stage: its charts, what happened when, each move, the rollback, refused moves, and every check. */
export function stageSection(report: StageReport): Html {
  const { stage, moves, refusals, rollback, reachedLimit, requests, rows, timeline, checks } = report;
  const failed = checks.filter(({ held }) => !held);
  return html`<section>
<h2 id="${stage}">${stage}</h2>
<p>${checks.length - failed.length} of ${checks.length} checks held, in ${report.seconds.toFixed(0)} s.
${requests.sent} requests were sent: ${requests.failedByFault} failed by the fault that the rehearsal made, and ${requests.lost - requests.failedByFault} were lost otherwise.
${rows.acknowledged} rows were acknowledged, and ${rows.lost} of them were lost.</p>
${stageCharts(timeline).map(figure)}
<h3>What happened</h3>
<ol class="events">
${timeline.events.map(({ second, kind, text }) => html`<li>${second.toFixed(1)} s: ${kind === "refused" ? "refused: " : ""}${text}</li>\n`)}</ol>
<h3>Each move</h3>
${scrolling(
  html`<table>
<thead><tr><th scope="col">move</th>${["changes", "planned", "served", `${splitConfidenceText} interval`, "lost", "p95"].map((heading) => html`<th scope="col" class="figures">${heading}</th>`)}<th scope="col">gate</th><th scope="col">held</th></tr></thead>
<tbody>
${moves.map(moveRow)}</tbody>
</table>`,
  `moves of ${stage}`,
)}
${fitnessList(report)}
<h3>The release that failed</h3>
<ul>${describeRollback(rollback).map((line) => html`<li>${line}</li>\n`)}</ul>
${reachedLimit === null ? html`` : html`<h3>The step that reached its limit</h3>\n<p>${describeReachedLimit(reachedLimit)}.</p>`}
<details><summary>${refusals.filter(({ held }) => held).length} of ${refusals.length} illegal moves were refused</summary>
<ul>${refusals.map(({ name, held, message }) => html`<li>${mark(held)} ${name}: <span class="soft">${message}</span></li>\n`)}</ul></details>
<details><summary>All ${checks.length} checks</summary>${checkList(checks)}</details>
</section>
`;
}

/** A list of checks, each with what was found. */
export function checkList(checks: readonly Check[]): Html {
  return html`<ul>${checks.map(({ what, held, found }) => html`<li>${mark(held)} ${what}: <span class="soft">${found}</span></li>\n`)}</ul>`;
}

/** A word beside the sign, since neither a colour nor a shape alone tells everybody. */
function mark(held: boolean): Html {
  return held ? html`<span class="good">✓ held</span>` : html`<span class="bad">✗ not held</span>`;
}

function moveRow({ name, changes, split, lost, latencyMilliseconds, checks }: MoveReport): Html {
  const { lower, upper } = split.intervalPercent;
  const figures = [
    changes.length,
    percent(split.plannedPercent),
    percent(split.servedPercent),
    `${percent(lower)} to ${percent(upper)}`,
    lost,
    duration(latencyMilliseconds.p95),
  ];
  const gate = checks.find(({ what }) => what === gateCheckName)?.found ?? "not asked";
  const held = checks.every((check) => check.held);
  return html`<tr><th scope="row">${name}</th>${figures.map((value) => html`<td class="figures">${value}</td>`)}<td>${gate}</td><td>${mark(held)}</td></tr>
`;
}

/**
 * Each alarm, what it goes off at, and what it is silent at. Both colours' alarms are alike and share a line. It is a list and
 * no table, because its sentences are too long for the columns of a phone.
 */
function fitnessList({ fitness }: StageReport): Html {
  const rows = fitnessRows(fitness.rows);
  return html`<h3>Every alarm</h3>
<p>What each planned alarm is for, computed: ${fitness.checks[0]?.found ?? ""}; ${fitness.checks[1]?.found ?? ""}.</p>
<details><summary>${rows.length} faults</summary>
<ul>${rows.map(({ alarm, fault, traffic, after, harmless, held }) => html`<li>${mark(held)} <strong>${alarm}</strong> goes off after ${after} where ${fault} <span class="soft">(${traffic}). Silent where ${harmless.join("; ")}.</span></li>\n`)}</ul></details>`;
}

/** What was served, what failed and how long it took, one below the other with the same time axis. */
function stageCharts({ bins, binSeconds, events }: Timeline): readonly RenderedChart[] {
  const time: ChartedTime = {
    unit: "s",
    binLength: binSeconds,
    binName: "half second",
    bins,
    events: events.map(({ second, greenPercent }) => ({ at: second, greenPercent })),
  };
  return [
    shareChart(time),
    failureChart(time),
    lineChart(time, {
      title: "Response time, p95 in milliseconds",
      description: "95 of 100 requests of each half second took at most so long, from when they were due.",
      lines: [{ name: "p95", color: "--accent", values: bins.map(({ p95Milliseconds }) => p95Milliseconds) }],
    }),
  ];
}
