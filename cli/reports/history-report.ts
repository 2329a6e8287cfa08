import { systemText } from "../../rollout/gate/system-figures.ts";
import { verdictText } from "../../rollout/gate/verdict.ts";
import { plainLine } from "../../rollout/plain-text.ts";
import type { GateFigures } from "../../rollout/record.ts";
import { dateAndTime, formatDuration, placeOf } from "../../rollout/time.ts";
import { type Column, renderTable } from "../terminal.ts";
import { changedImages, type HistoryLine } from "./history-lines.ts";
import { changedLines } from "./release-changes.ts";

/** Draws a history: a row for each thing that happened, the latest last, and below it why, what the gate saw, and images. */
export function renderHistory(stage: string, lines: readonly HistoryLine[], timeZone: string): string {
  if (lines.length === 0) return `The stack ${stage} has no history, because no update of it has finished yet.`;
  const isUtc = timeZone === "UTC";
  const columns: Column[] = [
    ...(isUtc ? [] : [{ heading: `when (${placeOf(timeZone)})` }]),
    { heading: isUtc ? "when (UTC)" : "UTC" },
    { heading: "event" },
    { heading: "live" },
    { heading: "weight", figures: true },
    { heading: "stood for" },
  ];
  const moment = (at: string, zone: string) => {
    const { date, time } = dateAndTime(new Date(at), zone);
    return `${date} ${time}`;
  };
  const last = lines.findLastIndex(({ stoodSeconds }) => stoodSeconds !== undefined);
  const [heading = "", rule = "", ...rows] = renderTable(
    columns,
    lines.map(({ at, event, liveColour, weightPercent, stoodSeconds }, index) => [
      ...(isUtc ? [] : [moment(at, timeZone)]),
      // The date of a few hours before or after needs no year.
      isUtc ? moment(at, "UTC") : moment(at, "UTC").slice(5),
      event,
      liveColour,
      `${weightPercent} %`,
      stoodSeconds === undefined ? "" : `${formatDuration(stoodSeconds)}${index === last ? " so far" : ""}`,
    ]),
  );
  return [heading, rule, ...rows.flatMap((row, index) => [row, ...details(lines, index)])].join("\n");
}

function details(lines: readonly HistoryLine[], index: number): string[] {
  const line = lines[index];
  if (line === undefined) return [];
  const images = changedImages(lines[index - 1], line);
  return [
    ...(images.length === 0 ? [] : [`Images: ${images.join(", ")}.`]),
    ...changedLines(line.changed ?? []),
    ...(line.cause === undefined ? [] : [causeText(line.cause)]),
    ...(line.gate === undefined ? [] : [gateText(line.gate)]),
    ...(line.frontend === undefined ? [] : [plainLine(line.frontend)]),
    ...(line.override === undefined ? [] : [`Reason: ${plainLine(line.override)}`]),
    ...(line.overrode === undefined || line.overrode.length === 0
      ? []
      : [`The reason let through: ${line.overrode.join(", ")}.`]),
  ].map((text) => `    ${text}`);
}

function causeText({ kind, who }: NonNullable<HistoryLine["cause"]>): string {
  const text = plainLine(who);
  if (kind === "alarm") return `By itself, because of the alarm ${text}.`;
  if (kind === "limit") return `By itself, because ${text}.`;
  return kind === "person" ? `By ${text}.` : `The latch says: ${text}. This folder has no evidence of it.`;
}

function gateText(figures: GateFigures): string {
  const { candidate, live, exposure, system, feedback } = figures;
  const counts = ({ requests, errors, p95Milliseconds }: GateFigures["live"]) =>
    `${requests} requests, ${errors} failed${p95Milliseconds === undefined ? "" : `, p95 ${p95Milliseconds} ms`}`;
  const cost =
    exposure === undefined
      ? ""
      : `: at worst ${exposure.atWorstRequests} more failed requests, and ${exposure.budgetRequests} may fail in all`;
  const said =
    feedback === undefined
      ? []
      : [`Feedback: ${feedback.problems} of ${feedback.answers} answers about the candidate tell of a problem.`];
  return [
    `Gate: ${verdictText(figures)}${cost}. Candidate: ${counts(candidate)}. Live: ${counts(live)}.`,
    ...said,
    ...(system === undefined ? [] : [systemText(system)]),
  ].join(" ");
}
