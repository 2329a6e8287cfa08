import type { TaskState } from "../../rollout/one-off-tasks.ts";

/** A task that is to be started. */
export interface TaskStart {
  readonly taskDefinitionArn: string;
  /** What it is found by again. */
  readonly startedBy: string;
  /** Makes a request that is sent twice start one task, for up to 24 hours. 64 characters at most. */
  readonly clientToken: string;
}

/**
 * What the commands ask of ECS about one-off tasks, for one stage. Each function is one API call; pages and retries aside.
 *
 * Every function throws an `Error` whose message says what was asked, what AWS answered and what to do.
 */
export interface TaskPort {
  /** ARNs of the tasks that were started with this mark and that nobody has told to stop. */
  list(startedBy: string): Promise<readonly string[]>;
  /** Starts one task in the API's own subnets and security group. @returns its ARN */
  start(task: TaskStart): Promise<string>;
  /** Those of the tasks that AWS knows: one that has stopped for about an hour, one just started sometimes not yet. */
  describe(arns: readonly string[]): Promise<readonly TaskState[]>;
}
