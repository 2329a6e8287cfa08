import { StateMachine } from "aws-local-stepfunctions";
import type { AwsAction, AwsActions } from "../aws/actions.ts";
import { preciseNow } from "../load/request.ts";

/** One call of an execution. A retry is a call of its own. */
interface MachineCall {
  readonly state: string;
  /** Service and action, such as `elasticloadbalancingv2:modifyRule`. */
  readonly action: string;
  /** When it was made and when it was answered, milliseconds since 1970. */
  readonly at: number;
  readonly answeredAt: number;
  /** Name and message of the refusal; absent where the call succeeded. */
  readonly error?: string;
}

/** An execution that has ended. */
export interface Execution {
  readonly input: unknown;
  readonly startedAt: number;
  readonly endedAt: number;
  readonly calls: readonly MachineCall[];
  /** The last state that was entered. */
  readonly endState: string;
  readonly succeeded: boolean;
  /** Why it failed; absent where it succeeded. */
  readonly error?: string;
}

/** How a definition is executed. */
export interface MachineOptions {
  readonly aws: AwsActions;
  /** How many times faster than planned the intervals between retries pass. */
  readonly timeFactor: number;
  /** The clock of the context object. A latch gets its time from it. */
  readonly now: () => Date;
}

/** Executes a definition with an input. Resolves once the execution has ended, successful or not. */
export type Machine = (input: unknown) => Promise<Execution>;

/**
 * Makes a state machine's definition executable. It runs on aws-local-stepfunctions, an implementation of the Amazon States
 * Language that is independent of this project, and on stand-ins for AWS.
 *
 * The library (3.0.0) differs from AWS in two points. It does not keep `$$.State`, so it is given here. And its intrinsic
 * functions drop backslashes, which breaks a JSON text with an escaped quotation mark; the check on the latch would find
 * that. Neither makes something work here that would not work in AWS.
 *
 * @param text the definition as it is planned
 * @throws {Error} when the definition is not valid Amazon States Language, or calls an action without a stand-in
 */
export function createMachine(text: string, { aws, timeFactor, now }: MachineOptions): Machine {
  const definition = JSON.parse(text);
  // The constructor checks the definition by asl-validator, with its paths and ARNs.
  const machine = new StateMachine(definition);
  const tasks = findTaskActions(definition, aws);
  const retryIntervalOverrides = Object.fromEntries(
    tasks.map(({ state, retryIntervals }) => [state, retryIntervals.map((seconds) => (seconds * 1000) / timeFactor)]),
  );
  const context = {
    State: {
      get EnteredTime() {
        return now().toISOString();
      },
    },
  };
  return async (input) => {
    const calls: MachineCall[] = [];
    const taskResourceLocalHandlers = Object.fromEntries(tasks.map((task) => [task.state, recordCalls(task, calls)]));
    const startedAt = preciseNow();
    const { eventLogs, result } = machine.run(input as Parameters<StateMachine["run"]>[0], {
      overrides: { taskResourceLocalHandlers, retryIntervalOverrides },
      context,
    });
    let endState = "";
    const following = (async () => {
      for await (const event of eventLogs) if (event.type === "StateEntered") endState = event.state.name;
    })();
    const error = await result.then(
      () => undefined,
      (reason: unknown) => (reason instanceof Error ? reason.message : String(reason)),
    );
    const endedAt = preciseNow();
    await following;
    return { input, startedAt, endedAt, calls, endState, succeeded: error === undefined, error };
  };
}

type Handler = NonNullable<
  NonNullable<NonNullable<Parameters<StateMachine["run"]>[1]>["overrides"]>["taskResourceLocalHandlers"]
>[string];

function recordCalls({ state, action, answer }: TaskAction, calls: MachineCall[]): Handler {
  return async (parameters) => {
    const at = preciseNow();
    try {
      const result = await answer(parameters);
      calls.push({ state, action, at, answeredAt: preciseNow() });
      return result as Awaited<ReturnType<Handler>>;
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      calls.push({ state, action, at, answeredAt: preciseNow(), error: `${name}: ${message}` });
      throw error;
    }
  };
}

/** A task of a definition, and the stand-in that answers it. */
interface TaskAction {
  /** Name of the state. */
  readonly state: string;
  /** Service and action, such as `ssm:getParameter`. */
  readonly action: string;
  readonly answer: AwsAction;
  /** Seconds before each retrier's first retry, as planned. */
  readonly retryIntervals: readonly number[];
}

interface StateText {
  readonly Type: string;
  readonly Resource?: string;
  readonly Retry?: readonly { readonly IntervalSeconds?: number }[];
}

const integration = /^arn:aws:states:::(?:aws-sdk:([a-z0-9]+:[a-zA-Z]+)|(http:invoke))$/;

/**
 * Finds the stand-in for each task by the action in its resource.
 *
 * @throws {Error} naming the first task without one. An execution must not meet it, because the definition's catchers would
 *   take it for a failed call
 */
function findTaskActions(
  definition: { readonly States: Readonly<Record<string, StateText>> },
  aws: AwsActions,
): readonly TaskAction[] {
  const tasks = Object.entries(definition.States).filter(([, { Type }]) => Type === "Task");
  return tasks.map(([state, { Resource = "", Retry = [] }]) => {
    const [, sdk, http = ""] = integration.exec(Resource) ?? [];
    const action = sdk ?? http;
    const answer = aws[action];
    if (answer === undefined) {
      throw new Error(
        `${state} calls ${Resource}, which has no stand-in in the rehearsal. Add it to rehearsal/local/aws. The stand-ins are: ${Object.keys(aws).join(", ") || "none"}.`,
      );
    }
    return { state, action, answer, retryIntervals: Retry.map(({ IntervalSeconds = 1 }) => IntervalSeconds) };
  });
}
