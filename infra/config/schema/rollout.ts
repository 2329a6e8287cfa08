import { z } from "zod";
import { duration, imageDigest, instant, wholeNumber } from "./primitives.ts";

/** `liveColour`: which colour serves the public. */
export const liveColour = z.enum(["blue", "green"]).describe("The colour that serves the public. It flips on promote.");

/** `candidateWeight`: the number this project is about. */
export const candidateWeight = wholeNumber(0, 100).describe(
  "Per cent of public traffic that goes to the candidate: 0 or a weight of rollout.steps. Advancing edits this number and nothing else.",
);

/** `rolloutOverride`: the written reason that lets one step skip its bake or its order. */
export const rolloutOverride = z
  .string()
  .trim()
  .min(10, "a reason of at least 10 characters that a reader of the history will understand")
  .max(500)
  .optional()
  .describe(
    "A written reason that lets one step skip its bake or order. It is recorded in the history and serves once.",
  );

/** `images`: what each colour runs. A colour without an image has no tasks. */
export const images = z
  .strictObject({
    blue: imageDigest.optional().describe("Digest of blue's image in the stack's own registry."),
    green: imageDigest.optional().describe("Digest of green's image in the stack's own registry."),
  })
  .default({})
  .describe("Image digests by colour. A colour without one has no tasks.");

const step = z.strictObject({
  weight: wholeNumber(1, 100).describe("Per cent of public traffic for the candidate."),
  bake: duration.describe("How long the step is watched before the next may be taken."),
});

const freezeWindow = z.strictObject({
  from: instant.describe("First moment in which no weight may rise."),
  until: instant.describe("First moment after the window."),
  reason: z.string().min(1).describe("Why, shown in the refusal."),
});

/** `rollout`: the schedule and its limits (guide R1). */
export const rollout = z
  .strictObject({
    steps: z
      .array(step)
      .min(1)
      .describe("The schedule: each weight and how long it bakes. Guide R1: 5 %/2 h, 25 %/4 h, 50 %/8 h, 100 %/48 h."),
    rollbackWindow: duration.describe(
      "How long after promote the old colour stays warm and liveColour may flip back at once.",
    ),
    freezeWindows: z
      .array(freezeWindow)
      .default([])
      .describe("Times in which no weight may rise. Falling is always allowed."),
    automaticCheck: z
      .boolean()
      .default(true)
      .describe(
        "Whether AWS checks each minute, while a weight is out, for an alarm that was already firing and for a set latch.",
      ),
  })
  .describe("The schedule of the rollout and its limits.");
