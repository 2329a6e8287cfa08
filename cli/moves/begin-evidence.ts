import type { Evidence } from "../evidence/evidence.ts";
import type { SavedPlan } from "../pulumi.ts";
import { gateEvidence, type Snapshot } from "../snapshot.ts";
import type { RolloutWorld } from "../world.ts";
import type { AcceptedMove } from "./accepted-move.ts";
import { newEvidence } from "./new-evidence.ts";

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
