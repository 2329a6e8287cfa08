import { type Move, type MoveKind, moveKind, type Refusal, type Rule } from "./move.ts";
import { drift } from "./rules/drift.ts";
import { imageOutOfTraffic, imagesPresent, liveImage, warmImage } from "./rules/images.ts";
import { latch } from "./rules/latch-and-resume.ts";
import { backAfterPromote, flipOnlyByPromote, newRelease } from "./rules/promote-and-return.ts";
import { rotationGrace, rotationOrder, rotationOutOfTraffic } from "./rules/signing-keys.ts";
import { bake, firstDeployment, freeze, knownStep, order } from "./rules/steps.ts";

const rules: readonly Rule[] = [
  latch,
  drift,
  firstDeployment,
  knownStep,
  order,
  bake,
  freeze,
  flipOnlyByPromote,
  backAfterPromote,
  newRelease,
  imagesPresent,
  liveImage,
  imageOutOfTraffic,
  warmImage,
  rotationOrder,
  rotationOutOfTraffic,
  rotationGrace,
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
  const refusals = rules.flatMap((rule) => rule(move) ?? []);
  const override = freshReason(move);
  const overridden = refusals.filter((refusal) => refusal.overridable);
  if (override !== undefined && overridden.length === refusals.length) {
    return { accepted: true, kind, overridden, override };
  }
  if (refusals.length === 0) return { accepted: true, kind, overridden: [] };
  return { accepted: false, kind, refusals: refusals.map((refusal) => withSpentReason(refusal, move)) };
}

/** The written reason of a move; undefined where none was given, and where it was used before. */
export function freshReason(move: Pick<Move, "previous" | "wanted">): string | undefined {
  return usedAt(move) === undefined ? move.wanted.override : undefined;
}

/** Says of a refusal that a reason could lift why the given one does not: it was used before. */
export function withSpentReason(refusal: Refusal, move: Pick<Move, "previous" | "wanted">): Refusal {
  const at = usedAt(move);
  if (!refusal.overridable || at === undefined) return refusal;
  const spent = `A reason serves once, and "${move.wanted.override}" was used at ${at}. Write a new one.`;
  return { ...refusal, message: `${refusal.message} ${spent}` };
}

/** When the move's reason was used, by the history; undefined where it was not. */
function usedAt({ previous, wanted }: Pick<Move, "previous" | "wanted">): string | undefined {
  if (wanted.override === undefined) return undefined;
  return previous?.history.find(({ override }) => override === wanted.override)?.at;
}
