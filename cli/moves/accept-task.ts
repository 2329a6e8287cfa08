import { scheduleOf } from "../../infra/rollout/schedule.ts";
import { otherColour } from "../../rollout/colour.ts";
import { type MigrationKind, type MigrationRequest, refuseTask } from "../../rollout/one-off-tasks.ts";
import { RefusedError } from "../outcome.ts";
import type { EvidenceOfTask } from "./task-evidence.ts";
import { runningTask, type TaskRun } from "./task-run.ts";

/**
 * Holds a task against the rules, before anything is started.
 *
 * @returns the digest of the image that it will run from
 * @throws {RefusedError} naming every reason why not
 */
export async function acceptTask(it: TaskRun): Promise<string> {
  const { world, addresses, record, run, kind, colour, what } = it;
  const problems = refuseTask({
    stage: world.stage,
    run,
    colour,
    record,
    taskDefinitionArn: addresses.oneOffTaskDefinitionArns[colour]?.[run],
    migration: kind === undefined ? undefined : await migrationRequest(it, kind),
  });
  const image = record.images[colour];
  if (problems.length > 0 || image === null) throw new RefusedError(what, problems);
  return image;
}

async function migrationRequest({ world, addresses }: TaskRun, kind: MigrationKind): Promise<MigrationRequest> {
  const schedule = scheduleOf(world.stackFile.readConfig().rollout);
  return { kind, schedule, split: await world.openAws(addresses).readSplit(), now: world.now() };
}

/**
 * Whoever runs an interrupted command again wants it finished; whoever asks for another kind does not.
 *
 * @throws {RefusedError} where the kind is another
 */
export function refuseOtherKind({ kind, what, world }: TaskRun, { at, task }: EvidenceOfTask): void {
  if (task.kind === (kind ?? null)) return;
  throw new RefusedError(what, [
    `A migration of kind ${task.kind} was begun at ${at}, and nobody has seen its end. Run npm run rollout -- task --stage ${world.stage} --run migrate --kind ${task.kind} --colour ${task.colour} first, which ends it.`,
  ]);
}

/**
 * Two migrations at once would both read the same revision and both apply the next.
 *
 * @throws {RefusedError} while one of the other colour runs
 */
export async function refuseSecondMigration(it: TaskRun): Promise<void> {
  if (it.run !== "migrate") return;
  const other = otherColour(it.colour);
  const arn = await runningTask(it, other);
  if (arn === undefined) return;
  throw new RefusedError(it.what, [
    `migrate from ${other} is running (${arn}), and two migrations at once would meet in the same schema. Wait until it has ended.`,
  ]);
}
