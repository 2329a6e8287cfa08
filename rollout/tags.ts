/**
 * Tags that the program writes and that policies read. Both sides take the names from here, so that a tag which is
 * renamed on one side only does not compile, instead of a policy that passes because it matches nothing.
 */

/** Tags of every taggable resource of a stage. */
export const stageTagNames = ["Project", "Stage", "ManagedBy"] as const;

/** `Project`, `Stage` or `ManagedBy`. */
export type StageTag = (typeof stageTagNames)[number];

/** Tag that marks the public rule, the one that carries the weights. Its value is the schedule. */
export const rolloutStepsTag = "RolloutSteps";

/**
 * The schedule as the tag holds it, such as `5 25 50 100`.
 *
 * @param stepWeightsPercent the weights of the schedule's steps, in rising order, the last one 100
 */
export function writeStepsTag(stepWeightsPercent: readonly number[]): string {
  return stepWeightsPercent.join(" ");
}

/** The weights of a schedule as the tag holds it, in per cent; undefined unless they rise and end at 100. */
export function readStepsTag(tag: string): readonly number[] | undefined {
  const weights = tag.split(" ").map(Number);
  const rise = weights.every((weight, index) => Number.isInteger(weight) && weight > (weights[index - 1] ?? 0));
  return rise && weights.at(-1) === 100 ? weights : undefined;
}
