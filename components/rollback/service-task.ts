import type { Catcher, Payload, TaskState, Transition } from "./states-language.ts";

/** Seconds that one attempt may take by default. The API calls made here answer in well under one. */
const callTimeoutSeconds = 10;

/** What a task is made of; the rest is the same for all. */
export interface ServiceCall {
  /** Why the machine makes the call. */
  readonly comment: string;
  /** Service and action of the SDK integration, such as `ssm:getParameter`. */
  readonly action: string;
  readonly parameters: Payload;
  /** Under which path the answer is kept, and what of it: all where no selector is given. Default: nothing is kept. */
  readonly keep?: { readonly selector?: Payload; readonly path: string };
  /** Seconds that one attempt may take. Default 10. */
  readonly timeoutSeconds?: number;
  /** New attempts after the first, on any error; 1, 2, 4 … seconds apart, at most 8. */
  readonly retries: number;
  /** Where any error leads that no attempt got over, and under which path it is kept. */
  readonly failure: { readonly path: string; readonly next: string };
  /** The state after a success; the execution's end when absent. */
  readonly next?: string;
}

/**
 * A task that calls an AWS API by Step Functions' own SDK integration: no function code that needs patching, and nothing
 * to be cold when a rollback is due.
 *
 * @see AWS Step Functions Developer Guide, "Learning to use AWS service SDK integrations"
 */
export function serviceTask(call: ServiceCall): TaskState {
  const everything: Catcher = {
    ErrorEquals: ["States.ALL"],
    ResultPath: call.failure.path,
    Next: call.failure.next,
  };
  const transition: Transition = call.next === undefined ? { End: true } : { Next: call.next };
  return {
    Type: "Task",
    Comment: call.comment,
    Resource: `arn:aws:states:::aws-sdk:${call.action}`,
    Parameters: call.parameters,
    ...(call.keep?.selector === undefined ? {} : { ResultSelector: call.keep.selector }),
    ResultPath: call.keep?.path ?? null,
    TimeoutSeconds: call.timeoutSeconds ?? callTimeoutSeconds,
    Retry: [
      {
        ErrorEquals: ["States.ALL"],
        IntervalSeconds: 1,
        MaxAttempts: call.retries,
        BackoffRate: 2,
        MaxDelaySeconds: 8,
      },
    ],
    Catch: [everything],
    ...transition,
  };
}
