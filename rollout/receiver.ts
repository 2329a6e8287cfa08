import type { Colour } from "./colour.ts";
import type { TargetCounts } from "./gate/stage-sight.ts";
import { countText } from "./gate/verdict.ts";

/** The colour that gets all public traffic by a rollback or a return, and the one that it is taken from. */
export interface Receiver {
  readonly colour: Colour;
  readonly from: Colour;
  /** Tasks by health; undefined where they could not be read. */
  readonly tasks: TargetCounts | undefined;
  readonly tasksFrom: TargetCounts | undefined;
  /** What all of the traffic needs; undefined where nobody has seen enough to say so. */
  readonly load: NeededTasks | undefined;
}

/** How many tasks all public traffic needs, by what tasks have been seen to carry. */
export interface NeededTasks {
  readonly tasks: number;
  /** Requests in a minute of the busiest hour of the last two weeks. */
  readonly requestsPerMinute: number;
  /** Requests a minute that one task has been seen to carry well. */
  readonly perTask: number;
}

/**
 * Says whether the receiver can take the traffic, in a sentence or more. It is told beside the move, which waits for no
 * answer: what is said here keeps nobody from going back to live.
 *
 * @param stage named in the commands that a reader can copy
 * @see Elastic Load Balancing, "Health checks for Application Load Balancer target groups": a group whose targets are all
 *   unhealthy gets its requests all the same
 */
export function receiverText(receiver: Receiver, stage: string): string {
  const { colour, tasks, load } = receiver;
  if (tasks === undefined) {
    return `It is not known how many healthy tasks ${colour} has: AWS did not say. ${lookAt(colour, stage)}`;
  }
  if (tasks.healthy === 0) return `${withoutHealthyTask(receiver, tasks)} ${lookAt(colour, stage)}`;
  const has = `${colour} has ${countText(tasks.healthy, "healthy task")}`;
  if (load === undefined) {
    return `${has}. How many the load needs is not known: CloudWatch did not tell of the traffic of the last two weeks.`;
  }
  const why = `the busiest hour of the last two weeks had ${rate(load.requestsPerMinute)} requests a minute, and one task has been seen to carry ${rate(load.perTask)} and is trusted with a fifth more`;
  const needs = `and needs ${load.tasks} for all of the traffic: ${why}.`;
  if (tasks.healthy >= load.tasks) return `${has} ${needs}`;
  return `${has} ${needs} Until there are more, answers may be slow or fail in busy hours. ECS starts more by itself as the load rises; to have them now, set api.minTasks to ${load.tasks} and run npx pulumi up --stack ${stage}.`;
}

/** What it means that nobody healthy is there to answer, and why the traffic goes there all the same. */
function withoutHealthyTask({ colour, from, tasksFrom }: Receiver, { notHealthy }: TargetCounts): string {
  const served =
    notHealthy === 0
      ? "It has no task at all, so the load balancer answers every request with 503."
      : `The load balancer sends the requests to its ${countText(notHealthy, "unhealthy task")} all the same, and users may get errors.`;
  const other =
    tasksFrom === undefined
      ? `It is not known whether ${from} has any.`
      : tasksFrom.healthy > 0
        ? `${from} has ${countText(tasksFrom.healthy, "healthy task")}, and was taken off the public path all the same, because its release is not trusted.`
        : `${from} has none either, so no colour could answer.`;
  return `${colour} has NO healthy task. ${served} ${other}`;
}

function lookAt(colour: Colour, stage: string): string {
  return `Look at ${colour}'s tasks now: npm run rollout -- status --stage ${stage}, the events of its ECS service, and its logs.`;
}

function rate(perMinute: number): string {
  return String(Number(perMinute.toPrecision(3)));
}
