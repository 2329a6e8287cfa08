import type { StageConfig } from "../../infra/config/schema/stage-config.ts";
import { type SampleRelease, sampleReleases } from "../local/sample-api/releases.ts";

/** A release, and the weights that it takes one after the other, per cent. */
export interface ReleaseCourse {
  readonly release: SampleRelease;
  readonly weights: readonly number[];
}

/** What a stage's rehearsal does, in order, from where its stack file stands. */
export interface Course {
  /** What the live colour runs at the beginning. */
  readonly live: SampleRelease;
  /** The rollout that the stack file is in the middle of: the steps that remain, then promote. Absent at weight 0. */
  readonly begun?: ReleaseCourse;
  /** A whole rollout of the stack file's schedule, then promote. */
  readonly whole: ReleaseCourse;
  /** A rollout whose release is made to fail at its last weight. */
  readonly failing: ReleaseCourse;
}

/** The failing release gets no more traffic than this, per cent, where the schedule has so small a step. */
const failsAtPercent = 25;

/** Decides what is rehearsed. */
export function courseFrom({ candidateWeight, rollout }: Pick<StageConfig, "candidateWeight" | "rollout">): Course {
  const [live, first, second, third] = sampleReleases;
  const weights = rollout.steps.map(({ weight }) => weight);
  const small = weights.filter((weight) => weight <= failsAtPercent);
  const failing = small.length === 0 ? weights.slice(0, 1) : small;
  if (candidateWeight === 0) {
    return { live, whole: { release: first, weights }, failing: { release: second, weights: failing } };
  }
  const remaining = weights.filter((weight) => weight > candidateWeight);
  return {
    live,
    begun: { release: first, weights: remaining },
    whole: { release: second, weights },
    failing: { release: third, weights: failing },
  };
}

/** The release that the candidate runs at the beginning. */
export function firstCandidate({ begun, whole }: Course): SampleRelease {
  return (begun ?? whole).release;
}
