import { candidateSince } from "../candidate-since.ts";
import { otherColour } from "../colour.ts";
import type { Latch } from "../latch.ts";
import type { RolloutRecord } from "../record.ts";
import { isOldVersion } from "../return.ts";
import type { Step } from "../schedule.ts";
import { percentOf, type Split } from "../split.ts";
import type { FrontendQuestion } from "./follow-api.ts";

/** Where a stage stands, as far as its frontend depends on it. */
export interface FrontendFacts
  extends Pick<FrontendQuestion, "isCompatible" | "stagesPercent" | "sight" | "released" | "now"> {
  readonly record: RolloutRecord;
  /** What AWS gives each colour; undefined where nobody could ask. Then it is what the record says. */
  readonly split: Split | undefined;
  readonly latch: Latch;
  readonly schedule: { readonly steps: readonly Step[] };
}

/** Makes the question of where a stage stands. */
export function frontendQuestion({ record, split, latch, schedule, ...facts }: FrontendFacts): FrontendQuestion {
  const candidate = otherColour(record.liveColour);
  const inAws = split === undefined ? record.weightPercent : percentOf(split, candidate);
  return {
    ...facts,
    api: {
      weightPercent: Math.min(record.weightPercent, inAws),
      hasCandidateRelease: record.images[candidate] !== null && !isOldVersion(record),
      isLatched: latch.state === "set",
    },
    candidate: { colour: candidate, since: candidateSince(record) },
    // By the schedule in force, whatever the file says meanwhile.
    steps: (record.schedule ?? schedule).steps,
  };
}
