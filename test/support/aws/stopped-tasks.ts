/**
 * What DescribeTasks answers of tasks on Fargate that have stopped, over the wire, with the keys, the codes and the texts
 * that AWS documents: ECS API Reference, "Task" and "Container"; ECS Developer Guide, "Viewing Amazon ECS stopped task
 * errors" and "Stopped tasks error codes". Names and ids are made up, and what nobody here reads is left out.
 */
const cluster = "arn:aws:ecs:ap-southeast-2:123456789012:cluster/portal-staging-api-1a2b3c4";
/** ARN of each of them. */
export const stoppedTaskArn =
  "arn:aws:ecs:ap-southeast-2:123456789012:task/portal-staging-api-1a2b3c4/c5cba4eb5dad405e96db71ef8eefe6a8";

function stopped(task: object, container: object): object {
  return {
    tasks: [
      {
        clusterArn: cluster,
        containers: [{ name: "api", taskArn: stoppedTaskArn, lastStatus: "STOPPED", ...container }],
        desiredStatus: "STOPPED",
        lastStatus: "STOPPED",
        launchType: "FARGATE",
        createdAt: 1795392000.123,
        stoppedAt: 1795392071.5,
        taskArn: stoppedTaskArn,
        ...task,
      },
    ],
    failures: [],
  };
}

const ran = { startedAt: 1795392029.5, stopCode: "EssentialContainerExited" };
const exited = { ...ran, stoppedReason: "Essential container in task exited" };

/** The container did its work: ECS says the same of the task as where it did not. */
export const succeeded = stopped(exited, { exitCode: 0 });

/** The container's process failed. */
export const failedWith1 = stopped(exited, { exitCode: 1 });

/** The container used more memory than it may. */
export const outOfMemory = stopped(exited, {
  exitCode: 137,
  reason: "OutOfMemoryError: Container killed due to memory usage",
});

/** The image is not in the registry: no container ever ran. */
export const neverStarted = stopped(
  {
    stopCode: "TaskFailedToStart",
    stoppedReason:
      "CannotPullContainerError: pull image manifest has been retried 5 time(s): failed to resolve ref 123456789012.dkr.ecr.ap-southeast-2.amazonaws.com/portal@sha256:1111: not found",
  },
  {},
);

/** The machine below it failed. */
export const lost = stopped({ ...ran, stopCode: "InfrastructureHealth", stoppedReason: "Task stopped." }, {});

/** AWS forgets a task about an hour after its end. */
export const forgotten = { tasks: [], failures: [{ arn: stoppedTaskArn, reason: "MISSING" }] };
