import { RefusedError } from "../outcome.ts";
import type { SavedPlan } from "../pulumi.ts";
import type { RolloutWorld } from "../world.ts";
import type { AcceptedMove } from "./accepted-move.ts";

/**
 * Previews a move whose edit stands in the stack file, and holds the saved plan against it.
 *
 * @throws {RefusedError} for a plan that is another one than the move's
 */
export async function previewMove(
  { pulumi }: Pick<RolloutWorld, "pulumi">,
  move: AcceptedMove,
  request: { readonly updateTime: Date; readonly planPath: string },
): Promise<SavedPlan> {
  const plan = await pulumi.preview(request);
  const problems = move.judgePlan(plan);
  if (problems.length > 0) throw new RefusedError(move.name, problems);
  return plan;
}
