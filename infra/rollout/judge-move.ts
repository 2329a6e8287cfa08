import * as pulumi from "@pulumi/pulumi";
import { type Decision, decide } from "../../rollout/decide.ts";
import { type Move, namingStage, type Refusal, refusalHeading } from "../../rollout/move.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import type { ProgramWorld } from "./program-world.ts";

/** Raised when the program refuses the number that the config names; nothing was registered. */
class RolloutRefusedError extends pulumi.RunError {
  /** One message for each rule that refuses. */
  readonly refusals: readonly string[];

  constructor(refusals: readonly string[]) {
    super(refusals.length === 1 ? `${refusalHeading} ${refusals[0]}` : `${refusalHeading}\n- ${refusals.join("\n- ")}`);
    this.refusals = refusals;
  }
}

/**
 * Asks the rules whether the configured number may be set now.
 *
 * @returns the accepted decision; a reason that was needed is reported to the update's log
 * @throws {RolloutRefusedError} naming every refusal
 */
export async function judgeMove(
  move: Move,
  stage: Stage,
  warn: ProgramWorld["warn"],
): Promise<Extract<Decision, { accepted: true }>> {
  const decision = decide(move);
  const messageOf = ({ message }: Refusal) => namingStage(message, stage);
  if (!decision.accepted) throw new RolloutRefusedError(decision.refusals.map(messageOf));
  for (const refusal of decision.overridden) {
    await warn(`rolloutOverride "${decision.override}" lets this through: ${messageOf(refusal)}`);
  }
  return decision;
}
