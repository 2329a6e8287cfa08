import type { Move } from "./move.ts";

/** The rules of the rollout, by name. */
type RuleName =
  | "drift"
  | "first deployment"
  | "known step"
  | "order"
  | "bake"
  | "freeze"
  | "latch"
  | "images"
  | "promote"
  | "back after promote"
  | "migrations";

/** Why a move is refused. */
export interface Refusal {
  readonly rule: RuleName;
  /** Names the value, the rule and what to do. */
  readonly message: string;
  /** Whether a written reason in `rolloutOverride` lets the move through. */
  readonly overridable: boolean;
}

/** One rule: looks at a move and refuses it or has nothing to say. */
export type Rule = (move: Move) => Refusal | undefined;

/** Ends every refusal of a rise, because on release day nobody should wonder. */
export const loweringIsAllowed = "Setting a lower weight is always allowed.";

/** Puts a stage into a message of the rules, which know none and write `<stage>` into the lines that people copy. */
export function namingStage(message: string, stage: string): string {
  return message.replaceAll("<stage>", stage);
}
