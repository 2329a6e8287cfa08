import { otherColour } from "../colour.ts";
import { contractAfter, contractSince, contractWhy } from "../contract-migrations.ts";
import { latchedAt } from "../latch.ts";
import { moveKind, type Rule } from "../move.ts";
import { reasonFor } from "../override.ts";
import {
  canReturn,
  isOldVersion,
  isReturnedFrom,
  judgeReturn,
  returnHint,
  returnPlaceOf,
  rollbackWindowEnd,
} from "../return.ts";
import { formatInstant } from "../time.ts";

/** While the candidate has traffic, the live colour changes only from 100 %, in one edit with the weight going to 0. */
export const flipOnlyByPromote: Rule = (move) => {
  if (moveKind(move) !== "mixed" || move.previous === null) return undefined;
  const { liveColour, weightPercent } = move.previous;
  const edit = `You asked for ${move.wanted.liveColour} as the live colour and for ${move.wanted.weightPercent} %.`;
  const todo =
    weightPercent === 100
      ? `To promote ${move.wanted.liveColour}, set candidateWeight to 0 in the same edit.`
      : `Set liveColour back to ${liveColour}. Promote from 100 %, after its bake.`;
  return {
    rule: "promote",
    message: `${edit} ${liveColour} is live, and the candidate has ${weightPercent} %. The live colour changes only from 100 %, in one edit with candidateWeight going to 0. ${todo}`,
    allowance: null,
  };
};

/**
 * After a promote the candidate still has the release that was live before. It is there to be returned to, and the steps
 * would roll the old version out as if it were a new one.
 */
export const newRelease: Rule = (move) => {
  const { previous, wanted, schedule, latch } = move;
  if (previous === null || moveKind(move) !== "up" || !isOldVersion({ ...previous, images: wanted.images })) {
    return undefined;
  }
  const candidate = otherColour(previous.liveColour);
  const judged = judgeReturn(
    returnPlaceOf(previous, schedule.rollbackWindowSeconds, latch, move.contracts),
    "<stage>",
    move,
  );
  const hint = returnHint(judged, "<stage>", move);
  return {
    rule: "new release",
    message: `You asked for ${wanted.weightPercent} %. ${candidate} still has the release that was live before ${previous.liveColour} was promoted, which is the previous release, not a new one. Set images.${candidate} to a new release.${hint === undefined ? "" : ` ${hint}`}`,
    allowance: null,
  };
};

/**
 * A release that was live and was returned from has failed where everybody saw it. It takes its first step again only for a
 * written reason; another image or another setting makes it a new release. A return by the command sets the latch as well,
 * and one by an edit does not, so the latch alone cannot hold it back.
 */
export const returnedRelease: Rule = (move) => {
  const { previous, wanted } = move;
  if (previous?.returnedFrom === undefined || previous.weightPercent > 0 || moveKind(move) !== "up") return undefined;
  if (!isReturnedFrom({ ...previous, images: wanted.images })) return undefined;
  const candidate = otherColour(previous.liveColour);
  const at = formatInstant(new Date(previous.returnedFrom.at), move);
  return {
    rule: "returned release",
    message: `You asked for ${wanted.weightPercent} %. ${candidate} still has the release that was live until ${at}, when a return took it off the public path. Set images.${candidate} to a fixed release. If the same one may go out again, ${reasonFor("returned")}.`,
    allowance: "returned",
  };
};

/**
 * A release that is older than what a `contract` migration left of the schema takes no public traffic again: neither as a
 * candidate nor by a return. No reason helps, because its requests would fail.
 */
export const knownSchema: Rule = (move) => {
  const { previous, wanted, contracts } = move;
  const kind = moveKind(move);
  if (previous === null || (kind !== "return" && (kind !== "up" || previous.weightPercent > 0))) return undefined;
  const colour = otherColour(previous.liveColour);
  const contract =
    kind === "return" && previous.promotedAt !== null
      ? contractSince(contracts, previous.promotedAt, wanted.images[colour])
      : contractAfter({ ...previous, images: wanted.images }, contracts, wanted.images[colour]);
  if (contract === undefined) return undefined;
  const asked =
    kind === "return"
      ? `You asked for ${wanted.liveColour} as the live colour.`
      : `You asked for ${wanted.weightPercent} %.`;
  return {
    rule: "migrations",
    message: `${asked} ${capitalized(contractWhy(contract, move))}, and the release of ${colour} is older. Set images.${colour} to a release that fits the schema.`,
    allowance: null,
  };
};

function capitalized(clause: string): string {
  return `${clause.slice(0, 1).toUpperCase()}${clause.slice(1)}`;
}

/**
 * At weight 0 the live colour flips only back, within the rollback window and to the version that was live before, unless
 * that one was rolled back since.
 */
export const backAfterPromote: Rule = (move) => {
  const { previous, wanted, schedule, latch, now } = move;
  if (previous === null || moveKind(move) !== "return") return undefined;
  const isHeldBack = latch.state === "set" && latch.rolledBack === wanted.liveColour;
  if (canReturn(previous, schedule.rollbackWindowSeconds, now) && !isHeldBack) return undefined;
  const end = rollbackWindowEnd(previous, schedule.rollbackWindowSeconds);
  const why =
    end === undefined
      ? `nothing was promoted that ${wanted.liveColour} could be returned to`
      : now >= end
        ? `the rollback window ended at ${formatInstant(end, move)}`
        : isHeldBack
          ? `${wanted.liveColour} was itself taken off the public path at ${latchedAt(latch, move)} (${latch.reason})`
          : `${wanted.liveColour} no longer runs the version that was live before`;
  const resume = isHeldBack
    ? ' If it may serve the public all the same, clear the latch first: npm run rollout -- resume --stage <stage> --reason "<why>".'
    : "";
  return {
    rule: "back after promote",
    message: `You asked for ${wanted.liveColour} as the live colour, but ${previous.liveColour} is live and ${why}. Set liveColour to ${previous.liveColour} and take the steps of rollout.steps.${resume}`,
    allowance: null,
  };
};
