import { type Colour, colours } from "./colour.ts";
import type { WatchedAlarmState } from "./gate/gate-input.ts";
import { recreateCommand } from "./names.ts";
import { type PublicPath, publicPathProblems } from "./public-path.ts";

/** What stands in the way of any rise, whatever the numbers say. */
export interface Standing {
  readonly services: Readonly<Record<Colour, ServiceState | null>>;
  readonly plannedTaskDefinitionArns: Readonly<Record<Colour, string | null>>;
  readonly alarms: Readonly<Record<string, WatchedAlarmState>>;
  readonly publicPath: PublicPath;
}

/**
 * Why no traffic may move on just now: a listener that the weights do not decide about, an alarm that fires, a service that does
 * not run what was planned. A few sentences each, with the next thing to do; none where nothing stands in the way.
 */
export function standingProblems({ services, plannedTaskDefinitionArns, alarms, publicPath }: Standing): string[] {
  const firing = Object.keys(alarms).filter((name) => alarms[name] === "ALARM");
  const ofServices = colours.flatMap(
    (colour) => serviceProblem(colour, services[colour], plannedTaskDefinitionArns[colour]) ?? [],
  );
  return [
    ...publicPathProblems(publicPath),
    ...firing.map((name) => `Alarm ${name} is firing. Take no step until it is OK; if traffic is out, roll back.`),
    ...ofServices,
  ];
}

/** What a colour's ECS service runs. */
export interface ServiceState {
  /** ARN, with its revision, of the task definition that the service is on. */
  readonly taskDefinitionArn: string;
  /** State of its newest deployment. */
  readonly rollout: "COMPLETED" | "IN_PROGRESS" | "FAILED";
  readonly runningTasks: number;
  readonly desiredTasks: number;
}

/**
 * Why a colour's service is not what the last update planned, or undefined where it is.
 *
 * A deployment that ECS rolled back by itself lets an update report success: the service then runs the version before.
 *
 * @param plannedArn task definition of the last update; null for a colour without an image
 * @see Amazon ECS Developer Guide, "How the Amazon ECS deployment circuit breaker detects failures"
 */
export function serviceProblem(
  colour: Colour,
  state: ServiceState | null,
  plannedArn: string | null,
): string | undefined {
  if (plannedArn === null) {
    return state === null
      ? `${colour} has no image, so there is nothing to send traffic to. Set images.${colour} to a digest and update.`
      : undefined;
  }
  if (state === null) {
    return `${colour} has an image and no service in AWS. Run ${recreateCommand("aws:ecs/service:Service", `*-${colour}`)}, which creates it again.`;
  }
  if (state.taskDefinitionArn !== plannedArn) {
    return `${colour} runs ${revision(state.taskDefinitionArn)} and ${revision(plannedArn)} was planned: ECS has rolled the deployment back. Read the service's events, fix the release, and give images.${colour} the new digest at weight 0.`;
  }
  if (state.rollout === "IN_PROGRESS") {
    return `${colour} is still being deployed: ${state.runningTasks} of ${state.desiredTasks} tasks run. Wait until the deployment is complete.`;
  }
  if (state.rollout === "FAILED") {
    return `The deployment of ${colour} has failed. Read the service's events, fix the release, and give images.${colour} the new digest at weight 0.`;
  }
  return undefined;
}

/** `family:revision`, as people call a task definition. */
function revision(arn: string): string {
  return arn.slice(arn.lastIndexOf("/") + 1);
}
