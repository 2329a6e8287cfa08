import type { GateInput } from "../../rollout/gate/gate-input.ts";
import { type GateJudgement, judgeGate } from "../../rollout/gate/judge-gate.ts";
import { latestRequestsPerMinute, provenRequestsPerMinutePerTask } from "../../rollout/measure/hourly-traffic.ts";
import { nextMove } from "../../rollout/next-move.ts";
import type { GateEvidence } from "../evidence/evidence.ts";
import type { Snapshot } from "./snapshot.ts";

/** A gate's judgement with the numbers that it rests on. */
export interface SnapshotGate extends GateJudgement {
  readonly input: GateInput;
}

/** Judges whether the next move may be taken, by what a snapshot shows. */
export function gateOf(snapshot: Snapshot): SnapshotGate {
  const input = gateInput(snapshot);
  return { input, ...judgeGate(input) };
}

function gateInput(snapshot: Snapshot): GateInput {
  const { config, schedule, record, candidate, targets, alarms, window, measured, traffic } = snapshot;
  const { errorRatePercent, responseTimeSeconds } = config.alerts;
  const { candidate: ofCandidate, live: ofLive } = measured.counts;
  const inWindow = window === undefined ? 0 : ((ofCandidate.requests + ofLive.requests) * 60) / window.seconds;
  const proven = provenRequestsPerMinutePerTask(traffic, errorRatePercent);
  return {
    ...measured,
    thresholds: { errorRatePercent, responseTimeSeconds },
    alarms,
    capacity: {
      healthyTasks: { candidate: targets[candidate].healthy, live: targets[record.liveColour].healthy },
      minTasks: config.api.minTasks,
      weightPercent: record.weightPercent,
      nextWeightPercent: nextMove(record, schedule).nextWeightPercent,
      // The larger of the two, so that neither a quiet night nor a step that began a minute ago hides a busy hour.
      requestsPerMinuteTotal: Math.max(inWindow, latestRequestsPerMinute(traffic) ?? 0),
      ...(proven === undefined ? {} : { provenRequestsPerMinutePerTask: proven }),
    },
  };
}

/** The gate as evidence keeps it. */
export function gateEvidence({ window }: Snapshot, { input, verdict, findings }: SnapshotGate): GateEvidence {
  // By way of JSON, as the file will have it: what is undefined is not there.
  return JSON.parse(JSON.stringify({ window: window ?? null, input, verdict, findings }));
}
