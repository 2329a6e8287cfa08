import { createHash } from "node:crypto";
import { byColour } from "../../rollout/colour.ts";

/**
 * Digests that stand in for images while the stack file names none, so that a step can be planned before the first
 * release is pushed. They are made up and so marked wherever a plan shows them.
 */
export const assumedImages = byColour(
  (colour) => `sha256:${createHash("sha256").update(`assumed ${colour}`).digest("hex")}`,
);
