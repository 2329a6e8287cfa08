import type { TaskAws } from "../../infra/aws/task-aws.ts";
import type { StageAddresses } from "../../infra/stage-addresses.ts";
import type { Colour } from "../../rollout/colour.ts";
import { hasStopped, type MigrationKind, type OneOffTask, taskMark } from "../../rollout/one-off-tasks.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { RolloutWorld } from "../world.ts";

/** What one run of the command works with. */
export interface TaskRun {
  readonly world: RolloutWorld;
  readonly tasks: TaskAws;
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
