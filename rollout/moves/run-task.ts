import { scheduleOf } from "../../infra/rollout/schedule.ts";
import { type Colour, otherColour } from "../core/colour.ts";
import type { MigrationKind } from "../core/migrations.ts";
import { type OneOffTask, taskMark } from "../core/one-off-task.ts";
import type { RolloutRecord } from "../core/record.ts";
import { type MigrationRequest, refuseTask } from "../core/refuse-task.ts";
import { taskColour } from "../core/task-colour.ts";
import { hasStopped, taskProblem } from "../core/task-state.ts";
import type { StageAddresses } from "../ports/stage-addresses.ts";
import type { TaskPort } from "../ports/tasks.ts";
import { readLastUpdate } from "../world/snapshot.ts";
import type { RolloutWorld } from "../world/world.ts";
import { RefusedError } from "./refused-error.ts";
import { beginTaskEvidence, begunTask, type EvidenceOfTask } from "./task-evidence.ts";
import { type TaskLog, taskLog } from "./task-log.ts";
import { waitForTask } from "./wait-for-task.ts";

/** What is asked for. */
export interface AskedTask {
  readonly run: OneOffTask;
  /** Of a migration; undefined for the others. */
  readonly kind: MigrationKind | undefined;
  /** Default: the candidate where it has a release, else the live colour. */
  readonly colour: Colour | undefined;
}

/** How a task ended. */
export interface TaskResult {
  /** `started` by this run; `joined`: it was running already; `ended`: an earlier run of this command had started it. */
  readonly how: "started" | "joined" | "ended";
  readonly log: TaskLog;
  readonly evidence: EvidenceOfTask;
  readonly evidencePath: string;
}

/** What one run works with. */
interface Run {
  readonly world: RolloutWorld;
  readonly tasks: TaskPort;
  readonly addresses: StageAddresses;
  readonly record: RolloutRecord;
  readonly run: OneOffTask;
  readonly kind: MigrationKind | undefined;
  readonly colour: Colour;
  /** In words: `migrate from green`. */
  readonly what: string;
}

/**
 * Milliseconds in which AWS can know a token again: 24 hours at most, and less for a task that ended early (ECS API
 * Reference, "Ensuring idempotency"); an hour to spare.
 */
const tokenMilliseconds = 23 * 3_600_000;

/**
 * Runs a one-off task to its end, once.
 *
 * It can be killed anywhere. The evidence is begun before anything is started, and its time makes the token that AWS knows a
 * repeated request by; a task of this name that runs already is waited for, and no second one is started.
 *
 * @throws {RefusedError} naming every reason why it may not be started now
 * @throws {Error} where AWS cannot be asked, and where it still runs after an hour; the next run goes on waiting
 */
export async function runTask(world: RolloutWorld, { run, kind, colour: asked }: AskedTask): Promise<TaskResult> {
  const { record, addresses } = await readLastUpdate(world);
  const colour = asked ?? taskColour(record);
  const what = `${run} from ${colour}`;
  const it: Run = { world, tasks: world.openTasks(addresses), addresses, record, run, kind, colour, what };
  const begun = await begunTask(world, it);
  if (begun !== undefined) {
    refuseOtherKind(it, begun);
    const ended = await endBegun(it, begun);
    if (ended !== undefined) return ended;
  }
  const image = await refuseOrImage(it);
  const running = await runningTask(it, colour);
  if (running !== undefined) {
    world.say(`${what} is running already: waiting for it, and starting no other`);
    const evidence = begun?.task.taskArn === null ? begun : await beginTaskEvidence(world, record, { ...it, image });
    return await endTask(it, evidence, running, "joined");
  }
  await refuseSecondMigration(it);
  return await startTask(it, begun, image);
}

/** Whoever runs an interrupted command again wants it finished; whoever asks for another kind does not. */
function refuseOtherKind({ kind, what, world }: Run, { at, task }: EvidenceOfTask): void {
  if (task.kind === (kind ?? null)) return;
  throw new RefusedError(what, [
    `A migration of kind ${task.kind} was begun at ${at}, and nobody has seen its end. Run npm run rollout -- task --stage ${world.stage} --run migrate --kind ${task.kind} --colour ${task.colour} first, which ends it.`,
  ]);
}

/** Ends what an earlier run has started. @returns undefined where nobody can know any more how that ended, or whether it began */
async function endBegun(it: Run, begun: EvidenceOfTask): Promise<TaskResult | undefined> {
  const { world, what } = it;
  const { taskArn } = begun.task;
  if (taskArn === null) return undefined;
  world.say(`An earlier run of ${what} was cut off at ${begun.at}: waiting for its task`);
  const ended = await endIfKnown(it, begun, taskArn, "ended");
  if (ended !== undefined) return ended;
  world.say(`AWS no longer knows how it ended. What it wrote: ${logOf(it, taskArn).command}`);
  await closeLost(world, begun, `AWS no longer knew the task when it was asked: its log may say how it ended.`);
  return undefined;
}

/** @returns the digest of the image that it will run from */
async function refuseOrImage({ world, addresses, record, run, kind, colour, what }: Run): Promise<string> {
  const problems = refuseTask({
    stage: world.stage,
    run,
    colour,
    record,
    taskDefinitionArn: addresses.oneOffTaskDefinitionArns[colour]?.[run],
    migration: kind === undefined ? undefined : await migrationRequest(world, addresses, kind),
  });
  const image = record.images[colour];
  if (problems.length > 0 || image === null) throw new RefusedError(what, problems);
  return image;
}

async function migrationRequest(
  world: RolloutWorld,
  addresses: StageAddresses,
  kind: MigrationKind,
): Promise<MigrationRequest> {
  const schedule = scheduleOf(world.stackFile.readConfig().rollout);
  return { kind, schedule, split: await world.openCloud(addresses).readSplit(), now: world.now() };
}

/** ARN of a task of this name that has not stopped. */
async function runningTask({ tasks, run }: Pick<Run, "tasks" | "run">, colour: Colour): Promise<string | undefined> {
  const arns = await tasks.list(taskMark(run, colour));
  if (arns.length === 0) return undefined;
  return (await tasks.describe(arns)).find((state) => !hasStopped(state))?.arn;
}

/** Two migrations at once would both read the same revision and both apply the next. */
async function refuseSecondMigration(it: Run): Promise<void> {
  if (it.run !== "migrate") return;
  const other = otherColour(it.colour);
  const arn = await runningTask(it, other);
  if (arn === undefined) return;
  throw new RefusedError(it.what, [
    `migrate from ${other} is running (${arn}), and two migrations at once would meet in the same schema. Wait until it has ended.`,
  ]);
}

async function startTask(it: Run, begun: EvidenceOfTask | undefined, image: string): Promise<TaskResult> {
  const { world, tasks, addresses, record, run, colour, what } = it;
  const evidence = await evidenceToStart(it, begun, image);
  const startedBy = taskMark(run, colour);
  world.say(`${what}: starting`);
  const arn = await tasks.start({
    taskDefinitionArn: addresses.oneOffTaskDefinitionArns[colour]?.[run] ?? "",
    startedBy,
    clientToken: `${world.stage}-${startedBy}-${evidence.at}`,
  });
  return await endTask({ ...it, record }, evidence, arn, "started");
}

/** Evidence that was begun and has no task may have started one: with its time, and so its token, AWS starts no second. */
async function evidenceToStart(
  { world, record, ...it }: Run,
  begun: EvidenceOfTask | undefined,
  image: string,
): Promise<EvidenceOfTask> {
  const unknown = begun?.task.taskArn === null ? begun : undefined;
  if (unknown !== undefined) {
    const age = world.now().getTime() - new Date(unknown.at).getTime();
    if (unknown.task.image === image && age < tokenMilliseconds) return unknown;
    await closeLost(
      world,
      unknown,
      "Whether it had started a task was never known; none was running when the next began.",
    );
  }
  const evidence = await beginTaskEvidence(world, record, { ...it, image });
  await world.evidence.write(evidence);
  return evidence;
}

async function closeLost(world: RolloutWorld, evidence: EvidenceOfTask, problem: string): Promise<void> {
  const finishedAt = world.now().toISOString();
  await world.evidence.write({ ...evidence, outcome: "interrupted", finishedAt, problems: [problem] });
}

/** @throws {Error} where AWS does not know the task that it has named itself */
async function endTask(it: Run, evidence: EvidenceOfTask, arn: string, how: TaskResult["how"]): Promise<TaskResult> {
  const named = { ...evidence, task: { ...evidence.task, taskArn: arn } };
  // So that the next run finds it, should this one be cut off.
  await it.world.evidence.write(named);
  const ended = await endIfKnown(it, named, arn, how);
  if (ended !== undefined) return ended;
  throw new Error(
    `AWS does not know the task ${arn}, which it has named itself a minute ago. Run the command again, which asks for it and starts no other while it runs.`,
  );
}

async function endIfKnown(
  it: Run,
  evidence: EvidenceOfTask,
  arn: string,
  how: TaskResult["how"],
): Promise<TaskResult | undefined> {
  const { world, tasks, what } = it;
  const state = await waitForTask(world, tasks, what, arn);
  if (state === undefined) return undefined;
  const { exitCode, startedAt, stoppedAt } = state;
  const problem = taskProblem(what, state);
  const ended: EvidenceOfTask = {
    ...evidence,
    outcome: problem === undefined ? "done" : "incomplete",
    finishedAt: world.now().toISOString(),
    task: { ...evidence.task, exitCode, startedAt, stoppedAt },
    problems: problem === undefined ? [] : [problem],
  };
  return { how, log: logOf(it, arn), evidence: ended, evidencePath: await world.evidence.write(ended) };
}

function logOf({ world, addresses, run }: Run, arn: string): TaskLog {
  return taskLog({ stage: world.stage, region: addresses.region, run }, arn);
}
