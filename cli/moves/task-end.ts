import { apiContainerName, apiLogGroupName } from "../../components/api/names.ts";
import type { TaskAws } from "../../infra/aws/task-aws.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import type { Colour } from "../../rollout/colour.ts";
import {
  hasStopped,
  type MigrationKind,
  type OneOffTask,
  type OneOffTaskState,
  taskProblem,
} from "../../rollout/one-off-tasks.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { formatDuration } from "../../rollout/time.ts";
import type { Evidence, TaskEvidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import type { RolloutWorld } from "../world.ts";
import { noteContractEnded } from "./contract-notes.ts";
import { noteMigration } from "./data-evidence.ts";
import { newEvidence } from "./evidence.ts";
import type { TaskRun } from "./one-off-task.ts";

/** How a task ended. */
export interface TaskResult {
  /** `started` by this run; `joined`: it was running already; `ended`: an earlier run of this command had started it. */
  readonly how: "started" | "joined" | "ended";
  readonly log: TaskLog;
  readonly evidence: EvidenceOfTask;
  readonly evidencePath: string;
}

/**
 * Waits for a task and ends its evidence.
 *
 * @returns undefined where AWS no longer knows it; the evidence then says that its end is not known
 */
export async function endTask(
  it: TaskRun,
  begun: EvidenceOfTask,
  arn: string,
  how: TaskResult["how"],
): Promise<TaskResult | undefined> {
  const { world, tasks, addresses, run, what } = it;
  const named = { ...begun, task: { ...begun.task, taskArn: arn } };
  // So that the next run finds it, should this one be cut off.
  if (begun.task.taskArn !== arn) await world.evidence.write(named);
  const log = taskLog({ stage: world.stage, region: addresses.region, run }, arn);
  const state = await waitForTask(world, tasks, what, arn);
  const finishedAt = world.now().toISOString();
  if (state === undefined) {
    world.say(`AWS no longer knows ${arn}, so its end is not known. Read its log: ${log.command}`);
    const problems = ["AWS no longer knew the task when it was asked: its log may say how it ended."];
    await world.evidence.write({ ...named, outcome: "interrupted", finishedAt, problems });
    return undefined;
  }
  const { exitCode, startedAt, stoppedAt } = state;
  const problem = taskProblem(what, state);
  const evidence: EvidenceOfTask = {
    ...named,
    outcome: problem === undefined ? "done" : "incomplete",
    finishedAt,
    task: { ...named.task, exitCode, startedAt, stoppedAt },
    problems: problem === undefined ? [] : [problem],
  };
  // First, so that a run that is cut off here is ended again.
  const aws = world.openAws(addresses);
  await noteMigration(it, begun.task.image, "ended", aws);
  await noteContractEnded(begun, state, aws);
  return { how, log, evidence, evidencePath: await world.evidence.write(evidence) };
}

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
): Promise<OneOffTaskState | undefined> {
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
        `${what} is still ${status} after an hour. Run this command again to go on waiting; it starts no other task. To stop the task, run aws ecs stop-task --cluster ${arn.split("/").at(-2)} --task ${arn}.`,
      );
    }
    await world.sleep(everySeconds * 1000);
  }
}

/** Where a one-off task's log is. */
export interface TaskLog {
  readonly group: string;
  readonly stream: string;
  /** A line for a shell that prints it. */
  readonly command: string;
}

/** Finds a task's log by the names that the program gives: `<task>/<container>/<task id>`. */
export function taskLog(
  { stage, region, run }: { readonly stage: Stage; readonly region: string; readonly run: OneOffTask },
  taskArn: string,
): TaskLog {
  const group = apiLogGroupName(stageName(stage), "one-off-tasks");
  const stream = `${run}/${apiContainerName}/${taskArn.split("/").at(-1)}`;
  const words = `--region ${region} --log-group-name ${group} --log-stream-name ${stream}`;
  return {
    group,
    stream,
    command: `aws logs get-log-events ${words} --start-from-head --query 'events[].[message]' --output text`,
  };
}

/** Evidence that tells of a one-off task. */
export type EvidenceOfTask = Evidence & { readonly task: TaskEvidence };

/** What is about to run. */
export interface TaskToRun {
  readonly run: OneOffTask;
  readonly kind: MigrationKind | undefined;
  readonly colour: Colour;
  /** Digest. */
  readonly image: string;
  /** Of a migration that was checked. */
  readonly migration: TaskEvidence["migration"];
  readonly reason: string | undefined;
  readonly overridden: readonly string[];
}

/** The evidence of a task that is about to be started, or that was found running. */
export async function beginTaskEvidence(
  world: Pick<RolloutWorld, "stage" | "now" | "repository">,
  record: RolloutRecord,
  { run, kind, colour, image, migration, reason, overridden }: TaskToRun,
): Promise<EvidenceOfTask> {
  return {
    ...(await newEvidence(world, "task", wholeSecond(world.now()), record)),
    reason: reason ?? null,
    overridden,
    task: {
      run,
      kind: kind ?? null,
      colour,
      image,
      taskArn: null,
      exitCode: null,
      startedAt: null,
      stoppedAt: null,
      ...(migration === undefined ? {} : { migration }),
    },
  };
}

/** The latest evidence of this task and colour that nobody has ended: its command was cut off. */
export async function begunTask(
  { evidence }: Pick<RolloutWorld, "evidence">,
  { run, colour }: Pick<TaskToRun, "run" | "colour">,
): Promise<EvidenceOfTask | undefined> {
  return (await evidence.list())
    .filter(isOfTask)
    .findLast(({ outcome, task }) => outcome === "begun" && task.run === run && task.colour === colour);
}

/** Whether evidence is that of a one-off task. */
export function isOfTask(evidence: Evidence): evidence is EvidenceOfTask {
  return evidence.action === "task" && evidence.task !== null && evidence.task !== undefined;
}
