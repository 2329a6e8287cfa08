import { z } from "zod";
import { api, applicationSecrets } from "./api.ts";
import { database } from "./database.ts";
import { frontend } from "./frontend.ts";
import { aws, dns, hosts, mail, network, storage } from "./platform.ts";
import { candidateWeight, images, liveColour, rollout, rolloutOverride } from "./rollout.ts";
import { alerts, edge, objectives } from "./watching.ts";

export { type Stage, stages } from "../../../rollout/stage.ts";

/**
 * Everything a stack file says under `celebrant-portal:`, for either stage, in the file's order.
 *
 * Each value is judged here by itself. What holds between several, or in one stage only, is in `infra/config/rules`.
 */
export const stageConfigSchema = z.strictObject({
  liveColour,
  candidateWeight,
  rolloutOverride,
  images,
  rollout,
  aws,
  hosts,
  dns,
  network,
  database,
  storage,
  mail,
  api,
  applicationSecrets,
  frontend,
  edge,
  alerts,
  objectives,
});

/** A stage's config after validation: every default filled in. */
export type StageConfig = z.output<typeof stageConfigSchema>;
