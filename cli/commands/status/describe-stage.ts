import { byColour, type Colour, otherColour } from "../../../rollout/colour.ts";
import { driftedSplit, namingStage } from "../../../rollout/move.ts";
import { judgeReturn } from "../../../rollout/return.ts";
import { returnPlaceOf } from "../../../rollout/rollback-window.ts";
import { bakeSecondsAt, nextMove } from "../../../rollout/schedule.ts";
import { serviceProblem } from "../../../rollout/service-state.ts";
import { addSeconds } from "../../../rollout/time.ts";
import { decideEdit, refusalsOf } from "../../moves/decide-edit.ts";
import { oldVersionProblem } from "../../moves/old-version-problem.ts";
import { gateOf, type Snapshot } from "../../snapshot.ts";

/** A stage's standing, for a person and for a machine. */
export type StageDescription = ReturnType<typeof describeStage>;

/** Says where a rollout stands, from a snapshot of it. */
export function describeStage(stage: string, snapshot: Snapshot) {
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
    bake: {
      seconds: bakeSeconds,
      over: bakedAt.toISOString(),
      secondsLeft: Math.max(0, (bakedAt.getTime() - takenAt.getTime()) / 1000),
    },
    returnUntil: back.problems.length > 0 ? null : (back.until?.toISOString() ?? null),
    next: { kind: next.kind, weightPercent: next.kind === "step" ? next.nextWeightPercent : 0 },
    refusals: [...[oldVersionProblem(snapshot, stage) ?? []].flat(), ...refusalsOf(decision, stage)],
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
