import type { WantedRollout } from "../../rollout/move.ts";
import { type Allowance, allowances, allowedByDefault } from "../../rollout/override.ts";
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
  rolloutOverrideAllows,
  signingKey,
  alsoAcceptedSigningKey,
  api,
}: Pick<
  StageConfig,
  | "liveColour"
  | "candidateWeight"
  | "images"
  | "rolloutOverride"
  | "rolloutOverrideAllows"
  | "signingKey"
  | "alsoAcceptedSigningKey"
  | "api"
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
    ...(rolloutOverride === undefined
      ? {}
      : { override: { reason: rolloutOverride, allows: allowancesIn(rolloutOverrideAllows) } }),
  };
}

/** The names in `rolloutOverrideAllows`, a text that the schema has judged. */
function allowancesIn(text: string | undefined): readonly Allowance[] {
  if (text === undefined) return allowedByDefault;
  return allowances.filter((name) => text.split(",").some((word) => word.trim() === name));
}

/** The schedule as the rules read it: durations in seconds. */
export function scheduleOf({ steps, rollbackWindow, freezeWindows }: StageConfig["rollout"]): Schedule {
  return {
    steps: steps.map(({ weight, bake }) => ({ weightPercent: weight, bakeSeconds: parseDurationSeconds(bake) })),
    rollbackWindowSeconds: parseDurationSeconds(rollbackWindow),
    freezeWindows,
  };
}
