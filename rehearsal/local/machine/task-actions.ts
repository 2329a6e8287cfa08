import type { ServiceAction, ServiceActions } from "../services/service-actions.ts";

/** A task of a definition and what answers it. */
export interface TaskAction {
  /** Name of the state. */
  readonly state: string;
  /** Service and action of the planned resource, such as `ssm:getParameter`. */
  readonly action: string;
  readonly answer: ServiceAction;
  /** Seconds before each retrier's first new attempt, as planned. */
  readonly retryIntervals: readonly number[];
}

interface StateText {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly { readonly IntervalSeconds?: number }[];
}

const integration = /^arn:aws:states:::aws-sdk:([a-z0-9]+:[a-zA-Z]+)$/;

/**
 * Finds what answers each task, by the action in its resource and never by its name.
 *
 * @throws {Error} naming the first task that nothing answers. Not left to the execution, where the definition's own
 * catchers would take it for a failed call
 */
export function findTaskActions(
  definition: { readonly States: Readonly<Record<string, StateText>> },
  services: ServiceActions,
): readonly TaskAction[] {
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === "Task");
  return tasks.map(([state, { Resource = "", Retry = [] }]) => {
    const action = integration.exec(Resource)?.[1] ?? "";
    const answer = services[action];
    if (answer === undefined) {
      throw new Error(
        `${state} calls ${Resource}, which nothing in the rehearsal answers: ${Object.keys(services).join(", ")}. Teach it in rehearsal/local/services.`,
      );
    }
    return { state, action, answer, retryIntervals: Retry.map(({ IntervalSeconds = 1 }) => IntervalSeconds) };
  });
}
