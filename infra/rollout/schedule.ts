import type { Schedule } from "../../rollout/schedule.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";

/** The schedule as the rules read it: durations in seconds. */
export function scheduleOf({ steps, rollbackWindow, freezeWindows }: StageConfig["rollout"]): Schedule {
  return {
    steps: steps.map(({ weight, bake }) => ({ weightPercent: weight, bakeSeconds: parseDurationSeconds(bake) })),
    rollbackWindowSeconds: parseDurationSeconds(rollbackWindow),
    freezeWindows,
  };
}
