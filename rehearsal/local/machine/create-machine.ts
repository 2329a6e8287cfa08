import { StateMachine } from "aws-local-stepfunctions";
import { preciseNow } from "../load/request.ts";
import type { ServiceActions } from "../services/service-actions.ts";
import { findTaskActions, type TaskAction } from "./task-actions.ts";

/** One call that an execution made; each new attempt is a call of its own. */
interface MachineCall {
  readonly state: string;
  /** Such as `elasticloadbalancingv2:modifyRule`. */
  readonly action: string;
  /** When it was made and when it was answered, milliseconds since 1970. */
  readonly at: number;
  readonly answeredAt: number;
  /** The refusal's name and words; absent where the call succeeded. */
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
  readonly services: ServiceActions;
  /** How many times faster than planned the intervals between attempts pass. */
  readonly timeFactor: number;
  /** The clock that states are entered by, and a latch is dated by. */
  readonly now: () => Date;
}

/** Executes a definition with an input; resolves once the execution has ended, however it did. */
export type Machine = (input: unknown) => Promise<Execution>;

/**
 * Makes a state machine's definition executable with aws-local-stepfunctions, an implementation of the Amazon States
 * Language that shares nothing with this project, on stand-ins for the services that it calls.
 *
 * Where the library differs from AWS (3.0.0): `$$.State` is not kept, so it is given here; and intrinsic functions drop
 * backslashes, so a JSON text with an escaped quotation mark comes out broken, which the check on the latch would tell.
 * Neither makes something work here that would not work there.
 *
 * @param text the definition as it is planned
 * @throws {Error} when the definition is no valid States Language, or calls something that has no stand-in
 */
export function createMachine(text: string, { services, timeFactor, now }: MachineOptions): Machine {
  const definition = JSON.parse(text);
  // The constructor has asl-validator check the definition with its paths and ARNs.
  const machine = new StateMachine(definition);
  const tasks = findTaskActions(definition, services);
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
    const failure = error === undefined ? {} : { error };
    return { input, startedAt, endedAt, calls, endState, succeeded: error === undefined, ...failure };
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
