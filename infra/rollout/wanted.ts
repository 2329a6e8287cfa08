import type { WantedRollout } from "../../rollout/move.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";

/** What the config asks of the rollout. */
export function wantedRollout({
  liveColour,
  candidateWeight,
  images,
  rolloutOverride,
}: Pick<StageConfig, "liveColour" | "candidateWeight" | "images" | "rolloutOverride">): WantedRollout {
  return {
    liveColour,
    weightPercent: candidateWeight,
    images: { blue: images.blue ?? null, green: images.green ?? null },
    ...(rolloutOverride === undefined ? {} : { override: rolloutOverride }),
  };
}
