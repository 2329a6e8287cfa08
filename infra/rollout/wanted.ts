import type { WantedRollout } from "../../rollout/move.ts";
import type { Schedule } from "../../rollout/schedule.ts";
import { areSameKeys } from "../../rollout/signing-keys.ts";
import { parseDurationSeconds } from "../../rollout/time.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";

/** What the config asks of the rollout. */
export function wantedRollout({
  liveColour,
  candidateWeight,
  images,
  rolloutOverride,
  signingKey,
  alsoAcceptedSigningKey,
  api,
}: Pick<
  StageConfig,
  "liveColour" | "candidateWeight" | "images" | "rolloutOverride" | "signingKey" | "alsoAcceptedSigningKey" | "api"
>): WantedRollout {
  const signingKeys = {
    current: signingKey,
    alsoAccepted: alsoAcceptedSigningKey ?? null,
    loginLifetimeSeconds: parseDurationSeconds(api.loginLifetime),
  };
  return {
    liveColour,
    weightPercent: candidateWeight,
    images: { blue: images.blue ?? null, green: images.green ?? null },
    ...(areSameKeys(signingKeys) ? {} : { signingKeys }),
    ...(rolloutOverride === undefined ? {} : { override: rolloutOverride }),
  };
}

/** The schedule as the rules read it: durations in seconds. */
export function scheduleOf({ steps, rollbackWindow, freezeWindows }: StageConfig["rollout"]): Schedule {
  return {
    steps: steps.map(({ weight, bake }) => ({ weightPercent: weight, bakeSeconds: parseDurationSeconds(bake) })),
    rollbackWindowSeconds: parseDurationSeconds(rollbackWindow),
    freezeWindows,
  };
}
