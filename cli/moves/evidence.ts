import type { RolloutRecord } from "../../rollout/record.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { SavedPlan } from "../pulumi.ts";
import { gateEvidence, type Snapshot } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import type { AcceptedMove } from "./decide.ts";

/**
 * The evidence of a command that is about to do something, from what every one of them has. What a command adds is spread
 * over it; until then the rollout stays where it stands.
 *
 * @param at the command's time, a whole second
 * @param record where the rollout stands
 */
export async function newEvidence(
  { stage, repository }: Pick<RolloutWorld, "stage" | "repository">,
  action: Evidence["action"],
  at: Date,
  record: RolloutRecord,
): Promise<Evidence> {
  const standing = { liveColour: record.liveColour, weightPercent: record.weightPercent };
  return {
    version: 1,
    stage,
    action,
    outcome: "begun",
    at: at.toISOString(),
    finishedAt: null,
    by: await repository.author(),
    from: standing,
    to: standing,
    images: { ...record.images },
    reason: null,
    overridden: [],
    gate: null,
    plan: null,
    readBack: null,
    problems: [],
  };
}

/** The evidence of a move whose update is about to be made. */
export async function beginEvidence(
  world: RolloutWorld,
  snapshot: Snapshot,
  move: AcceptedMove,
  updateTime: Date,
  plan: SavedPlan,
): Promise<Evidence> {
  return {
    ...(await newEvidence(world, move.action, updateTime, snapshot.record)),
    to: move.to,
    reason: move.reason,
    overridden: move.overridden.map(({ message }) => message),
    gate: move.gate === null ? null : gateEvidence(snapshot, move.gate),
    plan: {
      changes: plan.changes.map(({ type, name, operations, properties }) => ({
        type,
        name,
        operations: [...operations],
        properties: [...properties],
      })),
      outputs: [...plan.outputs],
    },
  };
}
