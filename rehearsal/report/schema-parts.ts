import { z } from "zod";
import { colours } from "../../rollout/colour.ts";

/** How many. */
export const count = z.int().min(0);
/** A duration. */
export const milliseconds = z.number().min(0);
/** A share. */
export const percent = z.number().min(0).max(100);
/** A colour. */
export const colour = z.enum(colours);
/** Whether something held. */
export const held = z.boolean().describe("Whether what was measured is what must be.");

/** One thing that must hold. */
export const check = z
  .object({
    what: z.string().describe("What must hold, as a sentence."),
    held,
    found: z.string().describe("What was measured, or the other side's own words."),
  })
  .describe("One thing that must hold.");

/** Latency of a set of requests. */
export const latency = z
  .object({ mean: milliseconds, p50: milliseconds, p95: milliseconds, max: milliseconds })
  .describe("Milliseconds, from when a request was due: waiting for a slow server counts.");

/** A cloud resource that an update changes. */
export const change = z.object({
  kind: z.enum(["create", "update", "delete"]),
  type: z.string(),
  name: z.string(),
  properties: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});

/** A split that was served. */
export const split = z
  .object({
    held,
    plannedPercent: percent.describe("Share of the candidate in the planned rule."),
    candidateAnswers: count,
    answers: count,
    servedPercent: percent,
    intervalPercent: z
      .object({ lower: percent, upper: percent })
      .describe("Exact (Clopper-Pearson) interval of the served share at 99.9 %."),
  })
  .describe("The split that was served, judged by its exact binomial interval.");
