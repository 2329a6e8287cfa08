import { byColour, type Colour, colours, otherColour } from "../../rollout/colour.ts";
import { driftedSplit, namingStage } from "../../rollout/move.ts";
import type { Stage } from "../../rollout/names.ts";
import { judgeReturn, returnPlaceOf } from "../../rollout/return.ts";
import { bakeSecondsAt, nextMove } from "../../rollout/schedule.ts";
import { formatSplit, weightsByColour } from "../../rollout/split.ts";
import { serviceProblem } from "../../rollout/standing-problems.ts";
import { addSeconds, type Clock, formatDuration, formatInstant } from "../../rollout/time.ts";
import { decideEdit, decideFile, refusalsOf, withoutAsked } from "../moves/decide.ts";
import { rotationText } from "../moves/rotation.ts";
import { noTags, type TagsByImage } from "../release-names.ts";
import { gateOf, type Snapshot } from "../snapshot.ts";
import { renderTable, splitWords } from "../terminal.ts";
import { renderGate } from "./gate-report.ts";
import { shownRelease } from "./history-lines.ts";
import { comingLimitLines, reachedLimitLines, standingLimit } from "./limit-report.ts";
import { nextCommand } from "./next-command.ts";
import { differencesOf, unnamedVersions } from "./release-changes.ts";
import { awaitedLines, releaseEvidence, toldLines } from "./release-evidence.ts";
import { latchLine, notAsPlanned } from "./rescue-status.ts";

/** A stage's standing, for a person and for a machine. */
export type StageDescription = ReturnType<typeof describeStage>;

/**
 * Says where a rollout stands, from a snapshot of it.
 *
 * @param tags of images without a label. Default none
 */
export function describeStage(stage: Stage, snapshot: Snapshot, tags: TagsByImage = noTags) {
  const { record, candidate, schedule, split, takenAt, latch, addresses, config } = snapshot;
  const clock = { now: takenAt, timeZone: config.timeZone };
  // By the schedule in force, whatever the file says meanwhile.
  const bakeSeconds = bakeSecondsAt(record.schedule ?? schedule, record.weightPercent);
  const bakedAt = addSeconds(new Date(record.since), bakeSeconds);
  const secondsLeft = Math.max(0, (bakedAt.getTime() - takenAt.getTime()) / 1000);
  const limit = standingLimit(snapshot);
  const gate = { window: snapshot.window ?? null, ...gateOf(snapshot) };
  const evidence = releaseEvidence(snapshot);
  const refusals = [...refusalsOfNext(snapshot), ...awaitedLines(evidence)];
  const fileRefusals = refusalsOfFile(snapshot);
  const next = nextCommand({ ...snapshot, isFileRefused: fileRefusals.length > 0 }, () => {
    return { verdict: gate.verdict, refusals, bakesUntil: secondsLeft > 0 ? formatInstant(bakedAt, clock) : null };
  });
  const back = judgeReturn(
    returnPlaceOf(record, schedule.rollbackWindowSeconds, latch, snapshot.contracts),
    stage,
    clock,
  );
  return {
    stage,
    at: takenAt.toISOString(),
    timeZone: config.timeZone,
    record: { liveColour: record.liveColour, weightPercent: record.weightPercent, since: record.since },
    candidate,
    configured: { liveColour: config.liveColour, weightPercent: config.candidateWeight },
    split,
    publicPath: snapshot.publicPath,
    drift: driftedSplit({ previous: record, realWeights: split }) !== undefined,
    colours: byColour((colour) => describeColour(snapshot, colour, tags)),
    alarms: snapshot.alarms,
    latch,
    /** Null on a stage that never rotated its key. */
    signingKeys: record.signingKeys ?? null,
    bake: {
      seconds: bakeSeconds,
      over: bakedAt.toISOString(),
      secondsLeft,
    },
    limit,
    /** Settings and versions of secrets that the candidate's release has otherwise than live's. */
    otherThanLive: differencesOf(record),
    /** Versions of secrets that exist and that no release names. */
    unnamedSecrets: unnamedVersions(record),
    returnUntil: back.problems.length > 0 ? null : (back.until?.toISOString() ?? null),
    next,
    /** Of the next step, the promote or the file; none where there is no release that could get traffic. */
    refusals: next.kind === "new release" ? [] : next.kind === "apply" ? fileRefusals : refusals,
    gate,
    /** What `verify` and `integrity` have left, where the config requires it. */
    evidence,
    dashboardUrl: dashboardUrl(addresses),
  };
}

/** Why the rules refuse the next step, or the promote. Nobody has asked for it yet, so what they say of that is left out. */
function refusalsOfNext(snapshot: Snapshot): string[] {
  const { record, schedule, stage } = snapshot;
  const next = nextMove(record, schedule);
  const to =
    next.kind === "step"
      ? { liveColour: record.liveColour, weightPercent: next.nextWeightPercent }
      : { liveColour: next.liveColour, weightPercent: 0 };
  const decision = decideEdit(snapshot, { liveColour: to.liveColour, candidateWeight: to.weightPercent }, undefined);
  return refusalsOf(decision, stage).map((message) => withoutAsked(message, to, record));
}

/** Why the rules refuse the stack file as it stands, which asks for something that is not deployed. */
function refusalsOfFile(snapshot: Snapshot): string[] {
  const decision = decideFile(snapshot);
  return decision.accepted ? [] : decision.refusals.map(({ message }) => namingStage(message, snapshot.stage));
}

/** Whether the next command waits for the gate. A file that raises nothing does not, and neither does a missing release. */
function waitsForGate({ next, record, configured }: StageDescription): boolean {
  if (next.kind === "new release") return false;
  const rises = configured.weightPercent > record.weightPercent || configured.liveColour !== record.liveColour;
  return next.kind !== "apply" || rises;
}

/** Where the console shows the stage's dashboard. */
function dashboardUrl({ region, dashboardName }: Snapshot["addresses"]): string {
  return `https://${region}.console.aws.amazon.com/cloudwatch/home?region=${region}#dashboards/dashboard/${dashboardName}`;
}

function describeColour({ stage, record, targets, services, addresses }: Snapshot, colour: Colour, tags: TagsByImage) {
  const service = services[colour];
  const problem = serviceProblem(colour, service, addresses.taskDefinitionArns[colour]);
  return {
    role: colour === otherColour(record.liveColour) ? "candidate" : "live",
    image: record.images[colour],
    /** What people call it: its label, or else its tag; null where it has neither. */
    label: record.labels?.[colour] ?? tags.get(record.images[colour] ?? "") ?? null,
    targets: targets[colour],
    service,
    problem: problem === undefined ? null : namingStage(problem, stage),
  };
}

/**
 * Draws a stage's standing: what AWS does, the latch and the next command first; then the record, with a mark where it
 * differs; and at last what the next move rests on.
 */
export function renderStatus(stage: StageDescription): string {
  const { refusals, gate } = stage;
  return [
    ...headline(stage),
    "",
    ...standing(stage),
    "",
    ...colourTable(stage),
    ...(waitsForGate(stage) ? ["", renderGate(gate)] : []),
    ...list("Before the next move:", refusals),
    ...list(
      "Of the services:",
      colours.flatMap((colour) => stage.colours[colour].problem ?? []),
    ),
  ].join("\n");
}

function headline({ stage, split, publicPath, drift, latch, limit, next, at, timeZone }: StageDescription): string[] {
  return [
    `AWS, ${stage}: ${splitWords(split)}${drift ? ", which is NOT what the record says" : ", as recorded"}.`,
    ...notAsPlanned(publicPath, stage),
    latchLine(latch, { now: new Date(at), timeZone }),
    ...reachedLimitLines(limit, stage, { now: new Date(at), timeZone }),
    `Next: ${next.why}`,
    ...(next.command === null ? [] : [`    ${next.command}`]),
  ];
}

function standing(stage: StageDescription): string[] {
  const { record, candidate, configured, drift, signingKeys, bake, limit, returnUntil } = stage;
  const clock = { now: new Date(stage.at), timeZone: stage.timeZone };
  const since = formatInstant(new Date(record.since), clock);
  const recorded = formatSplit(weightsByColour(record.liveColour, record.weightPercent));
  const isDeployed = configured.liveColour === record.liveColour && configured.weightPercent === record.weightPercent;
  return [
    ...(drift ? [`The record differs from AWS: it has ${recorded}.`] : []),
    `${record.liveColour} is live, ${candidate} has ${record.weightPercent} % since ${since}; ${bakeText(bake, clock)}.`,
    ...comingLimitLines(limit, clock),
    ...(isDeployed
      ? []
      : [
          `The stack file asks for ${configured.weightPercent} %${configured.liveColour === record.liveColour ? "" : ` with ${configured.liveColour} live`}, which is not deployed.`,
        ]),
    ...(signingKeys === null || signingKeys.alsoAccepted === null
      ? []
      : [`SECRET_KEY: ${rotationText(signingKeys, stage.stage, clock)}`]),
    ...releaseLines(stage),
    ...(returnUntil === null
      ? []
      : [`${candidate} can become live again until ${formatInstant(new Date(returnUntil), clock)}.`]),
    ...toldLines(stage.evidence),
    `Dashboard: ${stage.dashboardUrl}`,
  ];
}

function releaseLines({ record, candidate, otherThanLive, unnamedSecrets }: StageDescription): string[] {
  const live = record.liveColour;
  const others = otherThanLive.map((one) => `${one.key} ${one.candidate} (${live}: ${one.live})`);
  return [
    ...(others.length === 0 ? [] : [`${candidate} has otherwise than ${live}: ${others.join(", ")}.`]),
    ...(unnamedSecrets.length === 0
      ? []
      : [
          `No release names ${unnamedSecrets.join(", ")} any more. The next update at weight 0 that changes no release deletes it, once nobody can return.`,
        ]),
  ];
}

function bakeText({ seconds, secondsLeft, over }: StageDescription["bake"], clock: Clock): string {
  if (secondsLeft > 0)
    return `bakes for another ${formatDuration(secondsLeft)}, until ${formatInstant(new Date(over), clock)}`;
  return seconds === 0 ? "nothing bakes" : "the bake is over";
}

function colourTable({ colours: byColour }: StageDescription): string[] {
  const columns = ["colour", "role", "release", "tasks healthy", "tasks running", "task definition", "deployment"];
  const rows = colours.map((colour) => {
    const { role, image, label, targets, service } = byColour[colour];
    const all = targets.healthy + targets.notHealthy;
    return [
      colour,
      role,
      shownRelease(image, label),
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
