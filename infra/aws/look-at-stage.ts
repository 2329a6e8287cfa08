import { type Colour, otherColour } from "../../rollout/colour.ts";
import type { StageSight } from "../../rollout/gate/stage-sight.ts";
import { closedWindow, historyHours, nothingMeasured, watchedSince } from "../../rollout/measurements.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { StageAws } from "./stage-aws.ts";

/** What of AWS a gate is asked by. */
export type GateAws = Pick<
  StageAws,
  "readTargets" | "readServices" | "readPublicPath" | "readAlarms" | "readRequests" | "readTraffic"
>;

/**
 * Reads what AWS shows of a stage's rollout, by seven calls side by side, however long the history is.
 *
 * @param record where the rollout stands: requests are counted since then
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 */
export async function lookAtStage(aws: GateAws, record: RolloutRecord, now: Date): Promise<StageSight> {
  const live: Colour = record.liveColour;
  const window = closedWindow(watchedSince(record), now);
  const [blue, green, services, publicPath, alarms, measured, traffic] = await Promise.all([
    aws.readTargets("blue"),
    aws.readTargets("green"),
    aws.readServices(),
    aws.readPublicPath(),
    aws.readAlarms(otherColour(live)),
    window === undefined ? nothingMeasured : aws.readRequests(live, window),
    aws.readTraffic(live, historyHours),
  ]);
  return { targets: { blue, green }, services, publicPath, alarms, window, measured, traffic };
}
