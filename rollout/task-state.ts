/** How a one-off task stands in AWS. */
export interface TaskState {
  readonly arn: string;
  /** `PROVISIONING`, `PENDING`, `RUNNING`, `STOPPING`, `STOPPED` and what ECS has between them. */
  readonly status: string;
  /** Of the one container; null while it runs, and where it never ran. */
  readonly exitCode: number | null;
  /** What ECS says of the container and of the task, the container's first; empty while nothing is to be said. */
  readonly reasons: readonly string[];
  /** ISO 8601 instants; null where it has not come to that. */
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
}

/** Whether nothing of it runs any more. */
export function hasStopped({ status }: Pick<TaskState, "status">): boolean {
  return status === "STOPPED";
}

/**
 * What a task that has stopped did not do, or undefined where it did its work: its container ended with 0. That a task has
 * stopped says nothing, and neither does ECS's reason, which is the same for a container that succeeded.
 *
 * @param what the task in words: `migrate from green`
 */
export function taskProblem(what: string, { exitCode, reasons, startedAt }: TaskState): string | undefined {
  if (exitCode === 0) return undefined;
  const said = reasons.map((reason) => reason.replace(/\.$/, "")).join("; ") || "ECS gives no reason";
  if (exitCode !== null) return `${what} ended with exit code ${exitCode}: ${said}.`;
  return startedAt === null
    ? `${what} never started: ${said}. Nothing was run, so its log is most likely empty.`
    : `${what} was ended without an exit code: ${said}. Nobody can say how far it came; its log may.`;
}
