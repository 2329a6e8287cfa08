import { type Colour, otherColour } from "../colour.ts";
import { type Move, moveKind } from "../move.ts";
import { isSameSplit, percentOf, weightsByColour } from "../split.ts";

/**
 * What a gate is asked about a move:
 * - `everything`: whether the candidate has shown what the move needs
 * - `what fails`: AWS has the split already, by an update that was killed or by hand, and the update only records it. That waits
 *   for no request, but what fails refuses it as it would have refused the rise
 */
export type GateQuestion = "everything" | "what fails";

/**
 * What the gate has to be asked before a move: something where the candidate would get more of the public traffic than
 * AWS *or* the record gives it, and before a promote. Nothing may depend on a metric where traffic goes back to live.
 *
 * @returns undefined where the gate is not asked
 */
export function gateQuestion(move: Pick<Move, "previous" | "wanted" | "realWeights">): GateQuestion | undefined {
  const { previous, wanted, realWeights } = move;
  if (previous === null) return undefined;
  if (moveKind(move) === "promote") return "everything";
  if (wanted.liveColour !== previous.liveColour) return undefined;
  const inAws = realPercent(move, otherColour(wanted.liveColour)) ?? previous.weightPercent;
  if (wanted.weightPercent <= Math.min(inAws, previous.weightPercent)) return undefined;
  const hasIt =
    realWeights !== undefined && isSameSplit(realWeights, weightsByColour(wanted.liveColour, wanted.weightPercent));
  return hasIt ? "what fails" : "everything";
}

/** Per cent of the public traffic that AWS gives a colour; undefined where nobody could ask. */
export function realPercent({ realWeights }: Pick<Move, "realWeights">, colour: Colour): number | undefined {
  return realWeights === undefined ? undefined : percentOf(realWeights, colour);
}
