import { type Move, type MoveKind, moveKind, type Refusal, type Rule } from "./move.ts";
import { freshOverride, overrideUsedAt } from "./override-use.ts";
import { withKnownVersions } from "./release-secrets.ts";
import { aloneInItsEdit } from "./rules/alone-in-its-edit.ts";
import { drift } from "./rules/drift.ts";
import { frozenSettings } from "./rules/frozen-settings.ts";
import { imageOutOfTraffic, imagesPresent, liveImage, warmImage } from "./rules/images.ts";
import { latch } from "./rules/latch-and-resume.ts";
import { ownHostGroups } from "./rules/own-host-groups.ts";
import {
  backAfterPromote,
  flipOnlyByPromote,
  knownSchema,
  newRelease,
  returnedRelease,
} from "./rules/promote-and-return.ts";
import { laxerSchedule } from "./rules/schedule-in-force.ts";
import { rotationGrace, rotationOrder, rotationOutOfTraffic } from "./rules/signing-keys.ts";
import { stagedSettings } from "./rules/staged-settings.ts";
import { bake, firstDeployment, freeze, knownStep, order } from "./rules/steps.ts";
import { formatInstant } from "./time.ts";

const rules: readonly Rule[] = [
  latch,
  drift,
  firstDeployment,
  knownStep,
  laxerSchedule,
  frozenSettings,
  aloneInItsEdit,
  stagedSettings,
  order,
  bake,
  freeze,
  flipOnlyByPromote,
  backAfterPromote,
  newRelease,
  returnedRelease,
  knownSchema,
  imagesPresent,
  liveImage,
  imageOutOfTraffic,
  warmImage,
  rotationOrder,
  rotationOutOfTraffic,
  rotationGrace,
  ownHostGroups,
];

/** Whether a number may be set now. */
export type Decision =
  | {
      readonly accepted: true;
      readonly kind: MoveKind;
      /** The written reason that goes with the move, needed or not: it is kept in the history, and so has served. */
      readonly override?: string;
      /** What would have been refused without the reason. */
      readonly overridden: readonly Refusal[];
    }
  | { readonly accepted: false; readonly kind: MoveKind; readonly refusals: readonly Refusal[] };

/**
 * Decides a move by every rule of the rollout; all refusals are given at once.
 *
 * A reason serves one update: the same text in the history means that it was used, and it lets nothing through again,
 * so that a reason forgotten in the config does not quietly skip the next bake. One that the rules did not need serves all
 * the same, for it may have stood in for requests that a gate waits for, which is no rule of the program.
 */
export function decide(move: Move): Decision {
  const kind = moveKind(move);
  const known = withKnownVersions(move);
  const found = rules.flatMap((rule) => rule(known) ?? []);
  const { refusals, overridden } = applyReason(found, move);
  if (refusals.length > 0) return { accepted: false, kind, refusals };
  const override = freshOverride(move)?.reason;
  return { accepted: true, kind, overridden, ...(override === undefined ? {} : { override }) };
}

/**
 * Divides what objects to a move into what its written reason lets through and what it does not.
 *
 * @returns refusals that say why the reason does not help, where one was given that might have
 */
export function applyReason(
  found: readonly Refusal[],
  move: Pick<Move, "previous" | "wanted" | "now" | "timeZone">,
): { readonly refusals: readonly Refusal[]; readonly overridden: readonly Refusal[] } {
  const override = freshOverride(move);
  const isLet = ({ allowance }: Refusal) => override?.allows.some((one) => one === allowance) === true;
  return {
    refusals: found.filter((refusal) => !isLet(refusal)).map((refusal) => withUselessReason(refusal, move)),
    overridden: found.filter(isLet),
  };
}

/** Says of a refusal that a reason could lift why the given one does not. */
function withUselessReason(refusal: Refusal, move: Pick<Move, "previous" | "wanted" | "now" | "timeZone">): Refusal {
  const { allowance, message } = refusal;
  const { override } = move.wanted;
  if (allowance === null || override === undefined) return refusal;
  const at = overrideUsedAt(move);
  const why =
    at === undefined
      ? `The reason "${override.reason}" allows ${andList(override.allows)}, and not ${allowance}.`
      : `A reason serves once, and "${override.reason}" was used at ${formatInstant(new Date(at), move)}. Write a new one.`;
  return { ...refusal, message: `${message} ${why}` };
}

const andWords = new Intl.ListFormat("en-GB", { type: "conjunction" });

function andList(words: readonly string[]): string {
  return andWords.format(words);
}
