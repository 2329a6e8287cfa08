import type { SavedPlan } from "../pulumi.ts";
import { editStackFile } from "../stack-file/edit.ts";
import type { RolloutWorld } from "../world.ts";
import type { AcceptedMove } from "./accepted-move.ts";
import { previewFailed } from "./preview-failed.ts";
import { previewMove } from "./preview-move.ts";
import { withPlanFile } from "./saved-plan-file.ts";

/** What a preview alone would say of a move; the stack file is as it was afterwards. */
export async function tryMove(world: RolloutWorld, move: AcceptedMove): Promise<SavedPlan> {
  const { stackFile } = world;
  const before = await stackFile.read();
  try {
    await stackFile.write(editStackFile(before, move.edit));
    return await withPlanFile((planPath) => previewMove(world, move, { updateTime: world.now(), planPath }));
  } catch (error) {
    throw previewFailed(move, stackFile.name, error);
  } finally {
    await stackFile.write(before);
  }
}
