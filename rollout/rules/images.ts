import { type Colour, colours, otherColour } from "../colour.ts";
import { driftedSplit, type Move, moveKind, type Refusal } from "../move.ts";
import { reasonFor } from "../override.ts";
import { canReturn, rollbackWindowEnd } from "../return.ts";
import { formatInstant } from "../time.ts";

/** Both colours need an image before the candidate gets traffic: one to send it to, one to return it to. */
export function imagesPresent({ wanted }: Move): Refusal | undefined {
  const missing = wanted.weightPercent === 0 ? undefined : colours.find((colour) => wanted.images[colour] === null);
  if (missing === undefined) return undefined;
  return {
    rule: "images",
    message: `You asked for ${wanted.weightPercent} %, but images.${missing} is not set. A colour without an image has no tasks. First set candidateWeight to 0 and images.${missing} to a digest, and run the update.`,
    allowance: null,
  };
}

/** The live colour never changes its image. A new version comes in as the candidate. */
export function liveImage({ previous, wanted }: Move): Refusal | undefined {
  if (previous === null) return undefined;
  const live = previous.liveColour;
  const [before, after] = [previous.images[live], wanted.images[live]];
  if (before === null || before === after) return undefined;
  return {
    rule: "images",
    message: `${edited(live, after)}. ${live} is live with ${before}, and the live colour's image never changes. Put ${before} back. To roll out a new version, set images.${otherColour(live)}.`,
    allowance: null,
  };
}

/**
 * An image changes at weight 0 only, in an update of its own. That is the candidate's, and the first one of a live
 * colour that had none. Weight 0 is one that AWS has too, and not only the record.
 */
export function imageOutOfTraffic(move: Move): Refusal | undefined {
  const { previous, wanted } = move;
  const real = driftedSplit(move);
  if (previous === null) return undefined;
  if (previous.weightPercent === 0 && moveKind(move) === "stay" && real === undefined) return undefined;
  const live = previous.liveColour;
  const changed = colours.find(
    (colour) =>
      previous.images[colour] !== wanted.images[colour] && (colour !== live || previous.images[colour] === null),
  );
  if (changed === undefined) return undefined;
  const where =
    previous.weightPercent > 0
      ? `${otherColour(live)} has ${previous.weightPercent} % of the traffic`
      : real === undefined
        ? "the same edit moves traffic or the live colour"
        : "the same edit takes back traffic that AWS has moved";
  return {
    rule: "images",
    message: `${edited(changed, wanted.images[changed])}, but ${where}. An image changes only at weight 0, in an update of its own. ${putBack(changed, previous.images[changed])} To change the image, first set candidateWeight to 0 and run the update.`,
    allowance: null,
  };
}

/** Within the rollback window the old colour keeps its image and its tasks, so that a return is possible. */
export function warmImage(move: Move): Refusal | undefined {
  const { previous, wanted, schedule, now } = move;
  if (previous === null || !canReturn(previous, schedule.rollbackWindowSeconds, now)) return undefined;
  const old = otherColour(previous.liveColour);
  const end = rollbackWindowEnd(previous, schedule.rollbackWindowSeconds);
  if (wanted.images[old] === previous.images[old] || end === undefined) return undefined;
  return {
    rule: "images",
    message: `${edited(old, wanted.images[old])}. ${old} keeps ${previous.images[old]} until ${formatInstant(end, move)}, so that you can return to it. Wait until then, or ${reasonFor("warm")}.`,
    allowance: "warm",
  };
}

function edited(colour: Colour, image: string | null): string {
  return image === null ? `You removed images.${colour}` : `You set images.${colour} to ${image}`;
}

function putBack(colour: Colour, image: string | null): string {
  return image === null ? `Remove images.${colour} again.` : `Put ${image} back.`;
}
