import { type Colour, otherColour } from "../colour.ts";
import { type Move, moveKind } from "../move.ts";
import { isSameSplit, percentOf, weightsByColour } from "../split.ts";

/**
 * What a gate is asked about a move:
 * - `everything`: whether the candidate has shown what the move needs
 * - `tasks and alarms`: AWS has the split already, and the update only records it; no request decides about that
 */
export type GateQuestion = "everything" | "tasks and alarms";

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
  return hasIt ? "tasks and alarms" : "everything";
}

/** Per cent of the public traffic that AWS gives a colour; undefined where nobody could ask. */
export function realPercent({ realWeights }: Pick<Move, "realWeights">, colour: Colour): number | undefined {
  return realWeights === undefined ? undefined : percentOf(realWeights, colour);
}
