import { type Move, type MoveKind, moveKind, type Refusal, type Rule } from "./move.ts";
import { drift } from "./rules/drift.ts";
import { imageOutOfTraffic, imagesPresent, liveImage, warmImage } from "./rules/images.ts";
import { latch } from "./rules/latch-and-resume.ts";
import { backAfterPromote, flipOnlyByPromote } from "./rules/promote-and-return.ts";
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
  imagesPresent,
  liveImage,
  imageOutOfTraffic,
  warmImage,
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
  const override = move.wanted.override;
  const used = override === undefined ? undefined : move.previous?.history.find((entry) => entry.override === override);
  const overridden = refusals.filter((refusal) => refusal.overridable);
  if (override !== undefined && used === undefined && overridden.length === refusals.length) {
    return { accepted: true, kind, overridden, override };
  }
  if (refusals.length === 0) return { accepted: true, kind, overridden: [] };
  const spent =
    used === undefined ? "" : ` A reason serves once, and "${override}" was used at ${used.at}. Write a new one.`;
  return {
    accepted: false,
    kind,
    refusals: refusals.map((refusal) =>
      refusal.overridable ? { ...refusal, message: `${refusal.message}${spent}` } : refusal,
    ),
  };
}
