import type { RolloutRecord } from "../../rollout/record.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { Snapshot } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";

/** What earlier runs left open. */
export interface UnfinishedMoves {
  /** The standing step's own: its update was made, and nobody has read back since. */
  readonly standing: Evidence | undefined;
  /** Begun, and never in the record: another run has to take that step. */
  readonly lost: readonly Evidence[];
}

/** Finds the evidence of moves that was begun and not ended; a rollback and a task are no moves, and end by themselves. */
export async function unfinishedMoves(
  { evidence }: Pick<RolloutWorld, "evidence">,
  record: RolloutRecord,
): Promise<UnfinishedMoves> {
  const begun = (await evidence.list()).filter(
    ({ outcome, action }) => outcome === "begun" && action !== "rollback" && action !== "task",
  );
  const latest = record.history.at(-1)?.at;
  return {
    standing: begun.find(({ at }) => at === latest),
    lost: begun.filter(({ at }) => !record.history.some((entry) => entry.at === at)),
  };
}

/**
 * The latest lost step whose weights AWS has all the same: no other move changes weights. Whoever finishes it needs no new reason: the traffic is out.
 *
 * @returns undefined where AWS is as recorded
 */
export function movedAndLost({ record, split }: Snapshot, lost: readonly Evidence[]): Evidence | undefined {
  if (isSameSplit(split, weightsByColour(record.liveColour, record.weightPercent))) return undefined;
  const hasItsWeights = ({ to }: Evidence) => isSameSplit(split, weightsByColour(to.liveColour, to.weightPercent));
  return lost.findLast((evidence) => evidence.action === "advance" && hasItsWeights(evidence));
}

/** Says of lost moves that they were interrupted, once another run has taken over. */
export async function closeLostMoves(world: RolloutWorld, lost: readonly Evidence[]): Promise<void> {
  for (const evidence of lost) {
    await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt: world.now().toISOString() });
  }
}
