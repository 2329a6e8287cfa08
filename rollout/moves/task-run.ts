import type { Colour } from "../core/colour.ts";
import type { MigrationKind } from "../core/migrations.ts";
import { type OneOffTask, taskMark } from "../core/one-off-task.ts";
import type { RolloutRecord } from "../core/record.ts";
import { hasStopped } from "../core/task-state.ts";
import type { StageAddresses } from "../ports/stage-addresses.ts";
import type { TaskPort } from "../ports/tasks.ts";
import type { RolloutWorld } from "../world/world.ts";

/** What one run of the command works with. */
export interface TaskRun {
  readonly world: RolloutWorld;
  readonly tasks: TaskPort;
  readonly addresses: StageAddresses;
  readonly record: RolloutRecord;
  readonly run: OneOffTask;
  /** Of a migration; undefined for the others. */
  readonly kind: MigrationKind | undefined;
  readonly colour: Colour;
  /** In words: `migrate from green`. */
  readonly what: string;
}

/** ARN of a task of this name, from the image of one of the colours, that has not stopped. */
export async function runningTask(
  { tasks, run }: Pick<TaskRun, "tasks" | "run">,
  colour: Colour,
): Promise<string | undefined> {
  const arns = await tasks.list(taskMark(run, colour));
  if (arns.length === 0) return undefined;
  return (await tasks.describe(arns)).find((state) => !hasStopped(state))?.arn;
}
