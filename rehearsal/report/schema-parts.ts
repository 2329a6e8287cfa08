import { z } from "zod";
import { colours } from "../../rollout/colour.ts";
import { splitConfidenceText } from "../local/split.ts";

/** What the parts of the report are made of. */
export const list = <Schema extends z.ZodType>(item: Schema) => z.array(item).readonly();
export const count = z.int().min(0);
export const milliseconds = z.number().min(0);
export const percent = z.number().min(0).max(100);
export const workFactor = z.number().min(0);
export const colour = z.enum(colours);
export const held = z.boolean().describe("Whether everything that was checked held.");

/** One thing that must hold. */
export const check = z
  .object({
    what: z.string().describe("What must hold, as a sentence."),
    held: z.boolean(),
    found: z.string().describe("What was measured, or the message of the other side."),
  })
  .describe("One thing that must hold, and whether it did.");

/** Of a set of requests. */
export const latency = z
  .object({ mean: milliseconds, p50: milliseconds, p95: milliseconds, max: milliseconds })
  .describe("Milliseconds from when a request was due, so that waiting for a slow server counts.");

/** A cloud resource that an update changes. */
export const change = z.object({
  kind: z.enum(["create", "update", "delete"]),
  type: z.string(),
  name: z.string(),
  properties: list(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});

/** How the traffic was split. */
export const split = z
  .object({
    held: z
      .boolean()
      .describe("Whether the planned share was served: by the interval, or by a sequential test where one was made."),
    plannedPercent: percent.describe("Share of the candidate in the planned rule."),
    candidateAnswers: count,
    answers: count,
    servedPercent: percent,
    intervalPercent: z
      .object({ lower: percent, upper: percent })
      .describe(`Exact (Clopper-Pearson) interval of the served share at ${splitConfidenceText}.`),
  })
  .describe("The split that was served, judged by its exact binomial interval.");

/** A limit of the rehearsal itself. */
export const limit = z.object({
  what: z.string(),
  limit: z.number(),
  measured: z.number().nullable().describe("null where it cannot be measured."),
  kept: z.boolean(),
});
