import { z } from "zod";
import type { Colour } from "../../../rollout/colour.ts";
import type { KeyPath } from "../config-keys.ts";
import { acceptance } from "./acceptance.ts";
import {
  alsoAcceptedSigningKey,
  api,
  applicationSecrets,
  frontend,
  frontendToken,
  signingKey,
  taskSecrets,
} from "./application.ts";
import { database } from "./database.ts";
import { aws, dns, hosts, mail, network, storage } from "./platform.ts";
import { withoutWrappers } from "./primitives.ts";
import {
  acceptedFindings,
  candidateWeight,
  images,
  liveColour,
  rollout,
  rolloutOverride,
  rolloutOverrideAllows,
  timeZone,
} from "./rollout.ts";
import { verify } from "./verify.ts";
import { alerts, edge, notices, objectives } from "./watching.ts";

export { type Stage, stages } from "../../../rollout/names.ts";

/**
 * Everything a stack file says under `celebrant-portal:`, for either stage, in the file's order.
 *
 * It judges each value by itself. `infra/config/rules` judges several values together, and what one stage demands.
 */
export const stageConfigSchema = z.strictObject({
  liveColour,
  candidateWeight,
  rolloutOverride,
  rolloutOverrideAllows,
  signingKey,
  alsoAcceptedSigningKey,
  images,
  acceptedFindings,
  rollout,
  timeZone,
  aws,
  hosts,
  dns,
  network,
  database,
  storage,
  mail,
  api,
  applicationSecrets,
  taskSecrets,
  frontend,
  frontendToken,
  edge,
  alerts,
  objectives,
  verify,
  acceptance,
  notices,
});

/** A stage's config after validation: every default filled in, and the images without their labels. */
export type StageConfig = z.output<typeof stageConfigSchema> & {
  /** What people call the images, by colour. Absent where none has a label. */
  readonly imageLabels?: Readonly<Partial<Record<Colour, string>>>;
};

/** The schema of the value at a path, for a value that is present. It is `undefined` where a key of the path is unknown. */
export function schemaAt(path: KeyPath): z.core.$ZodType | undefined {
  return path.reduce<z.core.$ZodType | undefined>(
    (schema, part) => (schema === undefined ? undefined : inner(schema, part)),
    stageConfigSchema,
  );
}

function inner(outer: z.core.$ZodType, part: string | number): z.core.$ZodType | undefined {
  if (outer instanceof z.ZodArray && typeof part === "number") return withoutWrappers(outer.element);
  if (outer instanceof z.ZodRecord) return withoutWrappers(outer.valueType);
  const shape = shapeOf(outer);
  const member = Object.hasOwn(shape, part) ? shape[part] : undefined;
  return member && withoutWrappers(member);
}

/** The schemas of a block's keys, by key. What is not a block with fixed keys has none. */
export function shapeOf(schema: z.core.$ZodType | undefined): Readonly<Record<string, z.core.$ZodType>> {
  const present = schema === undefined ? undefined : withoutWrappers(schema);
  return present instanceof z.ZodObject ? present.shape : {};
}
