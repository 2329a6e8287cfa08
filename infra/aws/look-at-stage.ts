import { type Colour, otherColour } from "../../rollout/colour.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { historyHours, nothingMeasured, watchedTraffic } from "../../rollout/measurements.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { StageAws } from "./stage-aws.ts";

/** What of AWS a gate is asked by. */
export type GateAws = Pick<
  StageAws,
  "readTargets" | "readServices" | "readPublicPath" | "readAlarms" | "readRequests" | "readStepFigures" | "readTraffic"
> &
  // A scenario of the rehearsal has one clock.
  Partial<Pick<StageAws, "readClockAhead">>;

/**
 * Reads what AWS shows of a stage's rollout, by eight calls side by side, however long the history is.
 *
 * @param record where the rollout stands: requests are counted since the release's first public traffic
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 */
export async function lookAtStage(aws: GateAws, record: RolloutRecord, now: Date): Promise<StageSight> {
  const live: Colour = record.liveColour;
  const watched = watchedTraffic(record, now);
  const current = watched?.steps.at(-1);
  const [blue, green, services, publicPath, seen, counted, figures, traffic] = await Promise.all([
    aws.readTargets("blue"),
    aws.readTargets("green"),
    aws.readServices(),
    aws.readPublicPath(),
    aws.readAlarms(otherColour(live)),
    watched === undefined ? nothingMeasured : aws.readRequests(live, watched),
    current === undefined ? nothingMeasured : aws.readStepFigures(live, current),
    aws.readTraffic(live, historyHours),
  ]);
  const guardrails = "guardrails" in counted ? { guardrails: counted.guardrails } : {};
  const system = "system" in figures ? { system: figures.system } : {};
  const measured = { counts: counted.counts, steps: counted.steps, responseTimes: figures.responseTimes };
  return {
    clockAheadSeconds: await aws.readClockAhead?.(),
    targets: { blue, green },
    services,
    publicPath,
    ...seen,
    window: watched?.window,
    measured,
    ...guardrails,
    ...system,
    traffic,
  };
}
