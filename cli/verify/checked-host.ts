import { type Colour, otherColour } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";

/** Which of a stage's hosts is checked. */
export type CheckedHost = "public" | "candidate";

/** A release that answers on a host. */
export interface ReleaseOnHost {
  readonly colour: Colour;
  readonly image: string;
}

/** The one release that answers on a host; null where it is none, or two. */
export function releaseOn(host: CheckedHost, record: RolloutRecord | undefined): ReleaseOnHost | null {
  if (record === undefined || (host === "public" && record.weightPercent > 0)) return null;
  const colour = host === "public" ? record.liveColour : otherColour(record.liveColour);
  const image = record.images[colour];
  return image === null ? null : { colour, image };
}
