import { colours } from "../../../rollout/colour.ts";
import type { Split } from "../../../rollout/split.ts";

/** A split for a person: `blue 75 %, green 25 %`. */
export function splitWords(split: Split): string {
  return colours.map((colour) => `${colour} ${split[colour]} %`).join(", ");
}
