import { type Colour, otherColour } from "../../rollout/colour.ts";
import { namingStage } from "../../rollout/move.ts";
import { type PublicPath, publicPathProblems } from "../../rollout/public-path.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { judgeReturn, type ReturnPlace, returnHint } from "../../rollout/return.ts";
import type { Clock } from "../../rollout/time.ts";

/** What a rollback to the live colour found. */
interface FoundRollback extends Clock {
  readonly place: ReturnPlace;
  readonly stage: string;
}

/**
 * The way back after a promote, for whoever rolls back and means the released version: a rollback leaves that one live.
 *
 * @returns undefined where no return is possible
 */
export function wayBack({ place, stage, ...clock }: FoundRollback): string | undefined {
  const hint = returnHint(judgeReturn(place, stage, clock), stage, clock);
  if (hint === undefined) return undefined;
  return `${place.address.liveColour} is the released version: it was promoted, and this rollback leaves it live. ${hint}`;
}

/**
 * What a rollback that had nothing to take back says, so that nobody believes that a release was rolled back.
 *
 * @param before the record as it was before the rollback
 */
export function nothingTaken(found: FoundRollback, before: RolloutRecord): string[] {
  const live: Colour = found.place.address.liveColour;
  if (before.liveColour !== live || before.weightPercent > 0) return [];
  const candidate = otherColour(live);
  const nothing = `The last update gave ${candidate} no public traffic, so no release was rolled back.`;
  if (wayBack(found) !== undefined) return [nothing];
  const { problems } = judgeReturn(found.place, found.stage, found);
  const whys = problems.map(({ why }) => why).join("; and ");
  const isUnknown = found.place.address.lastPromote === undefined;
  const todo = isUnknown ? (problems[0]?.todo ?? "") : `Roll out a fixed release as images.${candidate}.`;
  const question = isUnknown ? "this command cannot tell whether a return is possible" : "there is no return";
  return [`${nothing} If ${live} itself is the problem, ${question}: ${whys}. ${todo}`];
}

/** What a rollback could not heal: requests of the public host that do not come to the rule which it has written. */
export function pastTheRule(path: PublicPath | undefined, stage: string): string[] {
  if (path === undefined) {
    return [
      "It is not known whether another rule of the listener takes requests of the public host: AWS did not say. Run this command again, or look at the listener's rules.",
    ];
  }
  return publicPathProblems(path).map((problem) => namingStage(problem, stage));
}
