import { colours } from "../../../rollout/colour.ts";
import { formatDuration, formatInstant } from "../../../rollout/time.ts";
import { renderTable } from "../../terminal.ts";
import { renderGate } from "../shared/render-gate.ts";
import { splitWords } from "../shared/split-words.ts";
import type { StageDescription } from "./describe-stage.ts";

/** Draws a stage's standing: first where it stands and what it waits for, then what that rests on. */
export function renderStatus(stage: StageDescription): string {
  return [
    ...headline(stage),
    "",
    ...colourTable(stage),
    "",
    renderGate(stage.gate),
    ...list("Before the next move:", stage.refusals),
    ...list(
      "Of the services:",
      colours.flatMap((colour) => stage.colours[colour].problem ?? []),
    ),
  ].join("\n");
}

function headline(stage: StageDescription): string[] {
  const { record, candidate, split, drift, latch, bake, next, returnUntil, configuredWeightPercent } = stage;
  const now = new Date(stage.at);
  const since = formatInstant(new Date(record.since), now);
  const upcoming = next.kind === "step" ? `the step to ${next.weightPercent} %` : `to promote ${candidate}`;
  const bakes =
    bake.secondsLeft > 0
      ? `bakes for another ${formatDuration(bake.secondsLeft)}, until ${formatInstant(new Date(bake.over), now)}`
      : bake.seconds === 0
        ? "nothing bakes"
        : "the bake is over";
  return [
    `${stage.stage}: ${record.liveColour} is live, ${candidate} has ${record.weightPercent} % since ${since}; ${bakes}. Next: ${upcoming}.`,
    `AWS: ${splitWords(split)}${drift ? ", which is NOT what the record says" : ", as recorded"}.`,
    ...(configuredWeightPercent === record.weightPercent
      ? []
      : [`The stack file asks for ${configuredWeightPercent} %, which is not deployed.`]),
    latchLine(latch),
    `Dashboard: ${stage.dashboardUrl}`,
    ...(returnUntil === null
      ? []
      : [`${candidate} can become live again until ${formatInstant(new Date(returnUntil), now)}.`]),
  ];
}

function latchLine(latch: StageDescription["latch"]): string {
  if (latch.state === "clear") return "Latch: clear.";
  if (latch.isMissing === true) return `Latch: counts as SET, because ${latch.reason}.`;
  return `Latch: SET at ${latch.at}, ${latch.reason}.`;
}

function colourTable({ colours: byColour }: StageDescription): string[] {
  const columns = ["colour", "role", "image", "tasks healthy", "tasks running", "task definition", "deployment"];
  const rows = colours.map((colour) => {
    const { role, image, targets, service } = byColour[colour];
    const all = targets.healthy + targets.notHealthy;
    return [
      colour,
      role,
      image === null ? "none" : image.replace(/^sha256:/, "").slice(0, 12),
      `${targets.healthy} of ${all}`,
      service === null ? "no service" : `${service.runningTasks} of ${service.desiredTasks}`,
      service?.taskDefinitionArn.split("/").at(-1) ?? "",
      service?.rollout.toLowerCase().replace("_", " ") ?? "",
    ];
  });
  return renderTable(
    columns.map((heading) => ({ heading })),
    rows,
  );
}

function list(heading: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ["", heading, ...lines.map((line) => `- ${line}`)];
}
