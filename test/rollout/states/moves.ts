/** What an update does, in the words of the design's table. Like the table, this knows nothing of `rollout/`. */

import { type ScheduleName, type Standing, schedules, type Update } from "./words.ts";

/** An update of a stack that was deployed before. */
export type Later = Update & { readonly before: Standing };

const share = ({ aws, before }: Later) => (aws === "unreadable" ? before.weight : aws.candidateShare);
const bakesOf = (name: ScheduleName): Readonly<Record<number, number>> => schedules[name].bakes;
const limitsOf = (name: ScheduleName): Readonly<Record<number, number>> => schedules[name].limits;
const steps = Object.fromEntries(
  Object.entries(schedules).map(([name, { bakes }]) => [name, Object.keys(bakes).map(Number)]),
) as Record<ScheduleName, number[]>;
export const stepsOf = (name: ScheduleName) => steps[name];
export const isDrifted = ({ aws }: Update) => aws !== "unreadable" && !aws.isAsRecorded;
export const hasAsked = ({ aws }: Update) => aws !== "unreadable" && aws.isAsAsked;

/** More than the record, or AWS, gives the candidate. */
export const rises = (update: Later) =>
  !update.asked.flips && update.asked.weight > Math.min(update.before.weight, share(update));
export const risesAboveRecord = ({ before, asked }: Later) => !asked.flips && asked.weight > before.weight;
/** At most what AWS and the record have, or nothing at all. */
export const lowers = (update: Later) => !update.asked.flips && (update.asked.weight === 0 || !rises(update));
export const promotes = ({ before, asked }: Later) => asked.flips && asked.weight === 0 && before.weight === 100;
export const returns = ({ before, asked }: Later) => asked.flips && asked.weight === 0 && before.weight === 0;
export const changesRelease = ({ before, asked }: Later) =>
  asked.live !== before.live || asked.candidate !== before.candidate;
/** The candidate takes a setting that it does not have. */
export const changesSetting = (update: Later) =>
  isStaged(update) && update.before.candidate !== null && update.asked.setting !== update.before.settings.candidate;
export const canReturn = ({ promoted, candidate }: Standing) =>
  promoted?.isWindowOpen === true && candidate !== null && candidate === promoted.awayFrom;
/** Another setting with the same image is another release. */
export const hasReturnedFrom = ({ before, asked }: Later) =>
  before.returnedFrom !== null &&
  asked.candidate === before.returnedFrom.release &&
  before.settings.candidate === before.returnedFrom.setting;
/**
 * The candidate does not know the schema that a `contract` migration left: it neither brought the migration nor came after it.
 * Live serves meanwhile, so its own image is none that is older. A return needs a schema that has been left alone since the promote.
 */
export const isOlderThanSchema = (update: Later) => {
  const { before, asked, contract } = update;
  if (contract === null || asked.candidate === null || asked.candidate === contract.broughtBy) return false;
  if (returns(update)) return !contract.isBeforePromote;
  const known = [before.candidate, before.promoted?.awayFrom, before.returnedFrom?.release];
  return asked.candidate !== before.live && known.includes(asked.candidate);
};
export const isSet = ({ latch }: Update) => latch.is !== "clear";
export const wasRolledBack = ({ latch, before }: Later) =>
  latch.is === "set" && latch.rolledBack?.colour === "candidate" && latch.rolledBack.release === before.candidate;

/**
 * A version of a secret that no release names any more is deleted by an update that changes nothing of the releases, at weight 0
 * in AWS too, and once nobody can return.
 */
export const mayForget = (update: Later) => {
  const { before, asked, aws } = update;
  const isAtRest = before.weight === 0 && asked.weight === 0 && !asked.flips && aws !== "unreadable";
  return isAtRest && !isDrifted(update) && !canReturn(before) && !changesRelease(update);
};

/** The bake of a weight that the schedule does not name is the one of the step above it. */
export function bakeHours(name: ScheduleName, weight: number): number {
  const step = stepsOf(name).find((one) => one >= weight);
  return weight === 0 || step === undefined ? 0 : (bakesOf(name)[step] ?? 0);
}

/**
 * A shorter bake, a step less, a freeze window that is gone before its end, a limit that is longer or gone, or limits at which
 * nothing is returned any more.
 */
export function isLaxer(from: ScheduleName, to: ScheduleName, isFreezeOver: boolean): boolean {
  if (schedules[from].freezes && !schedules[to].freezes && !isFreezeOver) return true;
  const limits = Object.entries(limitsOf(from));
  if (limits.some(([step, hours]) => (limitsOf(to)[Number(step)] ?? Number.POSITIVE_INFINITY) > hours)) return true;
  if (limits.length > 0 && schedules[from].returnsAtLimit && !schedules[to].returnsAtLimit) return true;
  return stepsOf(from).some((step) => (bakesOf(to)[step] ?? 0) < (bakesOf(from)[step] ?? 0));
}

/**
 * The candidate takes the file's setting at weight 0, in AWS too, in an update that moves nothing: with a new release, or alone
 * where it is not the release to return to. Past the window the old release takes only what live does not run with.
 */
export function isStaged(update: Later): boolean {
  const { before, asked } = update;
  if (asked.candidate === null || before.weight > 0 || asked.flips) return false;
  if (asked.weight === 0 && isDrifted(update)) return false;
  if (asked.candidate !== before.candidate) return true;
  if (before.promoted?.awayFrom !== before.candidate) return true;
  return !before.promoted.isWindowOpen && asked.setting !== before.settings.live;
}
