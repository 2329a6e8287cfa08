import { taskProblem } from "../../rollout/one-off-tasks.ts";
import type { EvidenceOfTask } from "./task-evidence.ts";
import { type TaskLog, taskLog } from "./task-log.ts";
import type { TaskRun } from "./task-run.ts";
import { waitForTask } from "./wait-for-task.ts";

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
  { world, tasks, addresses, run, what }: TaskRun,
  begun: EvidenceOfTask,
  arn: string,
  how: TaskResult["how"],
): Promise<TaskResult | undefined> {
  const named = { ...begun, task: { ...begun.task, taskArn: arn } };
  // So that the next run finds it, should this one be cut off.
  if (begun.task.taskArn !== arn) await world.evidence.write(named);
  const log = taskLog({ stage: world.stage, region: addresses.region, run }, arn);
  const state = await waitForTask(world, tasks, what, arn);
  const finishedAt = world.now().toISOString();
  if (state === undefined) {
    world.say(`AWS does not know ${arn}, so nobody can say how it ended. What it wrote: ${log.command}`);
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
  return { how, log, evidence, evidencePath: await world.evidence.write(evidence) };
}
