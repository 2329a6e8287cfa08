import type { Refusal } from "../../rollout/move.ts";
import type { Evidence } from "../evidence/evidence.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { SnapshotGate } from "../snapshot.ts";
import type { SettingsEdit } from "../stack-file/edit.ts";

/** A move that the rules and the gate let through. */
export interface AcceptedMove {
  readonly action: "advance" | "promote" | "retire";
  /** What it is called in messages: `The step to 25 %`. */
  readonly name: string;
  readonly to: Evidence["to"];
  readonly edit: SettingsEdit;
  readonly reason: string | null;
  readonly overridden: readonly Refusal[];
  readonly gate: SnapshotGate | null;
  /** Why a plan is another one than this move's; empty where it is this. */
  readonly judgePlan: (plan: SavedPlan) => readonly string[];
}
