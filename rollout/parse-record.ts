import { z } from "zod";
import type { RolloutRecord } from "./record.ts";

const colour = z.enum(["blue", "green"]);
const instant = z.iso.datetime();
const weightPercent = z.int().min(0).max(100);
const images = z.strictObject({ blue: z.string().nullable(), green: z.string().nullable() });

const recordSchema = z.strictObject({
  version: z.literal(1),
  liveColour: colour,
  weightPercent,
  since: instant,
  images,
  promotedAt: instant.nullable(),
  history: z.array(
    z.strictObject({
      at: instant,
      event: z.enum(["deployed", "image", "advanced", "lowered", "promoted", "returned"]),
      liveColour: colour,
      weightPercent,
      images,
      override: z.string().optional(),
    }),
  ),
});

/**
 * Reads the stack output `rollout` of an earlier update.
 *
 * @param value the output's value; undefined where the stack has none yet
 * @returns null on a stack's first deployment
 * @throws {TypeError} for a record that this version cannot read; nothing may be decided on a guess of where traffic is
 */
export function parseRecord(value: unknown): RolloutRecord | null {
  if (value === undefined || value === null) return null;
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The stack output "rollout" cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. It was written by another version of this program; run the update with that version, or repair the output with pulumi state edit.`,
  );
}
