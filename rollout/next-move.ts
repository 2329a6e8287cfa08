import { type Colour, otherColour } from "./colour.ts";
import type { RolloutRecord } from "./record.ts";
import { type Schedule, type Step, stepAfter } from "./schedule.ts";

/** What comes after the standing step: the schedule's next one, or from 100 % the promote. */
export type NextMove =
  | { readonly kind: "step"; readonly step: Step; readonly nextWeightPercent: number }
  | { readonly kind: "promote"; readonly liveColour: Colour; readonly nextWeightPercent: 100 };

/** The move that `record` waits for. A weight between two steps goes on to the next one above it. */
export function nextMove(record: RolloutRecord, schedule: Schedule): NextMove {
  const step = stepAfter(schedule, record.weightPercent);
  return step === undefined
    ? { kind: "promote", liveColour: otherColour(record.liveColour), nextWeightPercent: 100 }
    : { kind: "step", step, nextWeightPercent: step.weightPercent };
}
