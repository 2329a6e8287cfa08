import { clopperPearson, type ProbabilityInterval } from "../../rollout/statistics/binomial.ts";

/** How sure a split is judged by a count of answers: one sound split in 100,000 would be refused. */
const splitConfidence = 0.99999;

/** The confidence as tables and reports name it. */
export const splitConfidenceText = "99.999 %";

/** The verdict on a split that was served. */
export interface SplitVerdict {
  /** Whether the planned share lies within the interval of what was served. */
  readonly held: boolean;
  readonly plannedPercent: number;
  /** Answers by the candidate. */
  readonly candidateAnswers: number;
  /** All answers. */
  readonly answers: number;
  readonly servedPercent: number;
  /** The exact interval of the share that was served, per cent. */
  readonly intervalPercent: ProbabilityInterval;
}

/**
 * Judges a split by its exact binomial interval, never by a guessed tolerance. At 0 % a single answer of the candidate
 * refutes the plan, and at 100 % a single one of the other colour.
 *
 * @param plannedPercent per cent of the traffic that the plan gives the candidate
 * @throws {RangeError} when there were no answers: silence shows no split
 */
export function judgeSplit(plannedPercent: number, candidateAnswers: number, answers: number): SplitVerdict {
  if (answers === 0) throw new RangeError("no request was answered, so there is no split to judge.");
  const { lower, upper } = clopperPearson(candidateAnswers, answers, splitConfidence);
  const intervalPercent = { lower: lower * 100, upper: upper * 100 };
  const certain = plannedPercent === 0 || plannedPercent === 100;
  return {
    held: certain
      ? candidateAnswers * 100 === plannedPercent * answers
      : plannedPercent >= intervalPercent.lower && plannedPercent <= intervalPercent.upper,
    plannedPercent,
    candidateAnswers,
    answers,
    servedPercent: (candidateAnswers / answers) * 100,
    intervalPercent,
  };
}
