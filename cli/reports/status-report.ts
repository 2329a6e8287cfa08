import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { driftedSplit, namingStage } from "../../rollout/move.ts";
import type { Stage } from "../../rollout/names.ts";
import { judgeReturn, returnPlaceOf } from "../../rollout/return.ts";
import { bakeSecondsAt, nextMove } from "../../rollout/schedule.ts";
import { serviceProblem } from "../../rollout/standing-problems.ts";
import { addSeconds, formatDuration, formatInstant } from "../../rollout/time.ts";
import { decideEdit, refusalsOf } from "../moves/decide.ts";
import { rotationText } from "../moves/rotation.ts";
import { gateOf, type Snapshot } from "../snapshot.ts";
import { renderTable, splitWords } from "../terminal.ts";
import { renderGate } from "./gate-report.ts";

/** A stage's standing, for a person and for a machine. */
export type StageDescription = ReturnType<typeof describeStage>;

/** Says where a rollout stands, from a snapshot of it. */
export function describeStage(stage: Stage, snapshot: Snapshot) {
  const { record, candidate, schedule, split, takenAt, latch, addresses, config } = snapshot;
  const next = nextMove(record, schedule);
  const edit =
    next.kind === "step"
      ? { candidateWeight: next.nextWeightPercent }
      : { candidateWeight: 0, liveColour: next.liveColour };
  const decision = decideEdit(snapshot, edit, undefined);
  const bakeSeconds = bakeSecondsAt(schedule, record.weightPercent);
  const bakedAt = addSeconds(new Date(record.since), bakeSeconds);
  const back = judgeReturn(returnPlaceOf(record, schedule.rollbackWindowSeconds, latch), stage, takenAt);
  return {
    stage,
    at: takenAt.toISOString(),
    record: { liveColour: record.liveColour, weightPercent: record.weightPercent, since: record.since },
    candidate,
    configuredWeightPercent: config.candidateWeight,
    split,
    drift: driftedSplit({ previous: record, realWeights: split }) !== undefined,
    colours: byColour((colour) => describeColour(snapshot, colour)),
    alarms: snapshot.alarms,
    latch,
    /** Null on a stage that never rotated its key. */
    signingKeys: record.signingKeys ?? null,
    bake: {
      seconds: bakeSeconds,
      over: bakedAt.toISOString(),
      secondsLeft: Math.max(0, (bakedAt.getTime() - takenAt.getTime()) / 1000),
    },
    returnUntil: back.problems.length > 0 ? null : (back.until?.toISOString() ?? null),
    next: { kind: next.kind, weightPercent: next.kind === "step" ? next.nextWeightPercent : 0 },
    refusals: refusalsOf(decision, stage),
    gate: { window: snapshot.window ?? null, ...gateOf(snapshot) },
    dashboardUrl: dashboardUrl(addresses),
  };
}

/** Where the console shows the stage's dashboard. */
function dashboardUrl({ region, dashboardName }: Snapshot["addresses"]): string {
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
}

function describeColour({ stage, record, targets, services, addresses }: Snapshot, colour: Colour) {
  const service = services[colour];
  const problem = serviceProblem(colour, service, addresses.taskDefinitionArns[colour]);
  return {
    role: colour === otherColour(record.liveColour) ? "candidate" : "live",
    image: record.images[colour],
    targets: targets[colour],
    service,
    problem: problem === undefined ? null : namingStage(problem, stage),
  };
}

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
  const { record, candidate, split, drift, latch, signingKeys, bake, next, returnUntil } = stage;
  const { configuredWeightPercent } = stage;
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
    ...(signingKeys === null || signingKeys.alsoAccepted === null
      ? []
      : [`SECRET_KEY: ${rotationText(signingKeys, stage.stage, now)}`]),
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
