import { z } from "zod";
import type { KeyPath } from "../config-keys.ts";
import { api, applicationSecrets, frontend } from "./application.ts";
import { database } from "./database.ts";
import { aws, dns, hosts, mail, network, storage } from "./platform.ts";
import { withoutWrappers } from "./primitives.ts";
import { candidateWeight, images, liveColour, rollout, rolloutOverride } from "./rollout.ts";
import { alerts, edge, objectives } from "./watching.ts";

export { type Stage, stages } from "../../../rollout/stage.ts";

/**
 * Everything a stack file says under `celebrant-portal:`, for either stage, in the file's order.
 *
 * It judges each value by itself. `infra/config/rules` judges several values together, and what one stage demands.
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

/** The schema of the value at a path, as it is for a value that is present; `undefined` where a key of the path is unknown. */
export function schemaAt(path: KeyPath): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>(
    (schema, part) => (schema === undefined ? undefined : inner(schema, part)),
    stageConfigSchema,
  );
}

function inner(outer: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  const schema =
    outer instanceof z.ZodArray && typeof part === "number"
      ? outer.element
      : outer instanceof z.ZodRecord
        ? outer.valueType
        : shapeOf(outer)[part];
  return schema === undefined ? undefined : withoutWrappers(schema);
}

/** The schemas of a block's keys, by key; none for what is not a block with fixed keys. */
export function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  const present = schema === undefined ? undefined : withoutWrappers(schema);
  return present instanceof z.ZodObject ? present.shape : {};
}
