import type { TaskAws } from "../../infra/aws/task-aws.ts";
import { hasStopped, type TaskState } from "../../rollout/one-off-tasks.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { RolloutWorld } from "../world.ts";

/** Seconds between two looks. */
const everySeconds = 5;
/** Seconds until the last one. A task goes on after it, and so does the command when it is run again. */
const withinSeconds = 3600;
/** Seconds in which AWS may not know a task yet that it has just started: ECS is eventually consistent. */
const unknownSeconds = 60;
/** Seconds after which it is said again that nothing has changed. */
const sayAgainSeconds = 60;

/**
 * Waits until a task has stopped, for up to an hour, and says how it goes.
 *
 * @param what the task in words: `migrate from green`
 * @returns its last state; undefined where AWS did not know it for a minute, as an hour after its end
 * @throws {Error} where it still runs after an hour, and where AWS cannot be asked
 */
export async function waitForTask(
  world: Pick<RolloutWorld, "now" | "sleep" | "say" | "stage">,
  tasks: Pick<TaskAws, "describe">,
  what: string,
  arn: string,
): Promise<TaskState | undefined> {
  const beganAt = world.now().getTime();
  let said = { status: "", after: 0 };
  for (;;) {
    const state = (await tasks.describe([arn]))[0];
    const seconds = (world.now().getTime() - beganAt) / 1000;
    if (state === undefined && seconds >= unknownSeconds) return undefined;
    const status = state?.status ?? "not known to AWS yet";
    if (status !== said.status || seconds - said.after >= sayAgainSeconds) {
      world.say(`  ${what}: ${status}${seconds < 1 ? "" : `, after ${formatDuration(Math.round(seconds))}`}`);
      said = { status, after: seconds };
    }
    if (state !== undefined && hasStopped(state)) return state;
    if (seconds >= withinSeconds) {
      throw new Error(
        `${what} is still ${status} after an hour, and goes on. Run the command again, which waits for it and starts no other, or end it with aws ecs stop-task --cluster ${arn.split("/").at(-2)} --task ${arn}.`,
      );
    }
    await world.sleep(everySeconds * 1000);
  }
}
