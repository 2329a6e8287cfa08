import { otherColour } from "../colour.ts";
import { driftedSplit, type Move, moveKind, type Refusal } from "../move.ts";
import type { RolloutRecord } from "../record.ts";
import { canReturn } from "../return.ts";
import { isScheduled, stepAfter } from "../schedule.ts";
import { formatSplit, isSameSplit, percentOf, type Split, weightsByColour } from "../split.ts";

/**
 * Nothing moves on from a split that the public rule in AWS does not have: a step would begin from traffic that nobody
 * watched, and a promote would make a colour live that the public does not reach.
 *
 * Four ways lead out. All traffic to the live colour, whatever it was. A weight that is at most what AWS and the record
 * have, for it gives the candidate no request that it does not get already. What AWS has already: it ends an update that
 * was killed after it moved the rule, or a return whose traffic went first, and the other rules judge it as a move from the
 * record. And a return, which gives the public back to a version that served it. Under a set latch the latch's own rule
 * refuses all that this one would.
 */
export function drift(move: Move): Refusal | undefined {
  const { previous, wanted, latch } = move;
  const real = driftedSplit(move);
  if (previous === null || real === undefined || latch.state === "set") return undefined;
  const flips = wanted.liveColour !== previous.liveColour;
  if (!flips && (wanted.weightPercent === 0 || isLowering(move, previous, real))) return undefined;
  if (isSameSplit(real, weightsByColour(wanted.liveColour, wanted.weightPercent))) return undefined;
  if (moveKind(move) === "return") return undefined;
  const asked = flips
    ? `You asked for ${wanted.liveColour} as the live colour and for ${wanted.weightPercent} %.`
    : `You asked for ${wanted.weightPercent} %.`;
  const recorded = formatSplit(weightsByColour(previous.liveColour, previous.weightPercent));
  const back = flips ? `liveColour to ${previous.liveColour} and candidateWeight to 0` : "candidateWeight to 0";
  return {
    rule: "drift",
    message: `${asked} The public rule in AWS gives ${formatSplit(real)}${isNobody(real) ? ", which serves nobody," : ","} but the last update recorded ${recorded}. An update was interrupted, or something else moved the traffic. Set ${back} and run npx pulumi up --stack <stage>, or run npm run rollout -- rollback --stage <stage>.${finishing(move, previous, real)}`,
    allowance: null,
  };
}

/** Whether the candidate gets no more than the record *and* AWS give it. Weights of any sum are taken as shares. */
function isLowering({ wanted }: Move, previous: RolloutRecord, real: Split): boolean {
  const inAws = percentOf(real, otherColour(previous.liveColour));
  return wanted.weightPercent <= Math.min(previous.weightPercent, inAws);
}

/** The edit that ends what was begun, where AWS has a split that an update or a return can have left. */
function finishing({ schedule, now }: Move, previous: RolloutRecord, real: Split): string {
  const candidate = otherColour(previous.liveColour);
  const weight = real[candidate];
  if (!isSameSplit(real, weightsByColour(previous.liveColour, weight))) return "";
  if (weight === 100 && canReturn(previous, schedule.rollbackWindowSeconds, now)) {
    return ` To finish a return, set liveColour to ${candidate} and candidateWeight to 0.`;
  }
  const next = stepAfter(schedule, previous.weightPercent)?.weightPercent ?? 100;
  if (weight === 0 || weight > next || !isScheduled(schedule, weight)) return "";
  return ` To finish an interrupted update, set candidateWeight to ${weight}, which AWS has.`;
}

/** Weights of 0 and 0, which only a person can have written. */
function isNobody({ blue, green }: Split): boolean {
  return blue === 0 && green === 0;
}
