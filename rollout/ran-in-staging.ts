import type { RolloutRecord } from "./record.ts";
import { releasesOf } from "./releases.ts";

/** Whether an image has been live in this stage, and no return took it off the public path. */
export function hasBeenLive(record: RolloutRecord, image: string): boolean {
  return (
    record.images[record.liveColour] === image ||
    releasesOf(record).some((one) => one.image === image && one.live !== undefined && one.end?.how !== "returned from")
  );
}

/**
 * Why an image must not go on to production, by what staging's record tells of it; empty where it may. It must have had
 * traffic in staging, and must not have been taken back there.
 *
 * @param record staging's
 * @param image digest
 */
export function stagingProblems(record: RolloutRecord, image: string): readonly string[] {
  const release = releasesOf(record).findLast((one) => one.image === image);
  if (release === undefined) {
    return [
      `The image ${image} has not run in staging. Stage it there first, by npm run rollout -- image stage --stage staging --digest ${image}, and take it through staging's steps.`,
    ];
  }
  const { number, end, live, mostPercent, stagedAt } = release;
  if (end !== undefined && (end.how === "rolled back" || end.how === "taken back" || end.how === "returned from")) {
    return [
      `The image ${image} ran in staging as release ${number} and was ${end.how} there at ${end.at}. Fix what was wrong and push the fixed image, or take this one through staging's steps again.`,
    ];
  }
  if (live === undefined && mostPercent === 0) {
    return [
      `The image ${image} was staged in staging at ${stagedAt}, as release ${number}, and has had no traffic there. Take it through staging's steps first: npm run rollout -- advance --stage staging.`,
    ];
  }
  return [];
}
