/** The part of the Amazon States Language that the rollback's machine is written in, with JSONPath as its query language. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  /** Seconds until Step Functions gives an execution up as timed out. */
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** One state of a machine. */
export type State = CallState | ChoiceState | PassState | SucceedState | FailState;

/** What a call sends, or what is kept of its answer. Keys that end in `.$` are paths or intrinsic functions. */
export type Payload = Readonly<Record<string, unknown>>;

/** One call of an AWS service, or of an HTTPS API: a Task state. */
export type CallState = {
  readonly Type: "Task";
  readonly Comment: string;
  readonly Resource: string;
  readonly Parameters: Payload;
  readonly ResultSelector?: Payload;
  /** Where the result goes in the state's input. Null drops it. */
  readonly ResultPath: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & ({ readonly Next: string } | { readonly End: true });

/** How a call is tried again after an error. */
interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first new attempt. */
  readonly IntervalSeconds: number;
  /** New attempts after the first. */
  readonly MaxAttempts: number;
  /** Factor from one interval to the next. */
  readonly BackoffRate: number;
  /** Longest interval, seconds. */
  readonly MaxDelaySeconds: number;
}

/** Where the machine goes on when every attempt has failed. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

/** Goes on by the first choice that holds. */
interface ChoiceState {
  readonly Type: "Choice";
  readonly Comment: string;
  readonly Choices: readonly (Condition & { readonly Next: string })[];
  readonly Default: string;
}

/** What a choice asks of the state's input. */
export type Condition =
  | { readonly And: readonly Condition[] }
  | { readonly Or: readonly Condition[] }
  | { readonly Not: Condition }
  | { readonly Variable: string; readonly IsPresent: boolean }
  | { readonly Variable: string; readonly StringEquals: string }
  | { readonly Variable: string; readonly StringEqualsPath: string }
  /** `*` stands for any characters. */
  | { readonly Variable: string; readonly StringMatches: string }
  | { readonly Variable: string; readonly NumericEquals: number }
  | { readonly Variable: string; readonly NumericGreaterThan: number }
  | { readonly Variable: string; readonly IsTimestamp: boolean }
  | { readonly Variable: string; readonly TimestampLessThanPath: string };

/** Changes the state's input without calling anything. */
interface PassState {
  readonly Type: "Pass";
  readonly Comment: string;
  readonly Parameters: Payload;
  /** Where the result goes in the state's input. Default: it replaces the input. */
  readonly ResultPath?: string;
  readonly Next: string;
}

/** Ends an execution well. */
interface SucceedState {
  readonly Type: "Succeed";
  readonly Comment: string;
}

/** Ends an execution as failed, so that the alarm on failed executions tells people. */
interface FailState {
  readonly Type: "Fail";
  readonly Error: string;
  readonly Cause: string;
}

/** Whether the path leads to a value. */
export function isPresent(path: string): Condition {
  return { Variable: path, IsPresent: true };
}

/** Whether the path leads to this text. A path without a value would stop the execution, so presence is asked first. */
export function isText(path: string, text: string): Condition {
  return { And: [isPresent(path), { Variable: path, StringEquals: text }] };
}

/** Whether two paths lead to the same text. */
export function isSameText(path: string, other: string): Condition {
  return { And: [isPresent(path), isPresent(other), { Variable: path, StringEqualsPath: other }] };
}

/** Whether the path leads to a text with this part in it. */
export function containsText(path: string, part: string): Condition {
  return { And: [isPresent(path), { Variable: path, StringMatches: `*${part}*` }] };
}

/** Seconds that one attempt may take by default. The API calls made here answer in well under one. */
const callTimeoutSeconds = 10;

/** How one call differs from another. */
export interface ServiceCall {
  /** Why the machine makes the call. */
  readonly comment: string;
  /** Service and action of the SDK integration, such as `ssm:getParameter`. */
  readonly action: string;
  readonly parameters: Payload;
  /** The path under which the answer is kept, and what of it. Default: nothing is kept, or all where no selector is given. */
  readonly keep?: { readonly selector?: Payload; readonly path: string };
  /** Seconds that one attempt may take. Default 10. */
  readonly timeoutSeconds?: number;
  /** New attempts after the first, on any error. They are 1, 2, 4 … seconds apart, at most 8. */
  readonly retries: number;
  /** Where the machine goes on when every attempt has failed, and under which path the error is kept. */
  readonly failure: { readonly path: string; readonly next: string };
  /** The state after a success. Absent: the execution ends. */
  readonly next?: string;
}

/**
 * A state that calls an AWS API by Step Functions' own SDK integration. No function code needs patching, and nothing has to
 * start first when a rollback is due.
 *
 * @see AWS Step Functions Developer Guide, "Learning to use AWS service SDK integrations"
 */
export function callState({ action, ...call }: ServiceCall): CallState {
  return taskState(`arn:aws:states:::aws-sdk:${action}`, call);
}

/**
 * A state that calls an HTTPS API outside of AWS, by a connection of EventBridge that holds the credentials.
 *
 * @see AWS Step Functions Developer Guide, "Call HTTPS APIs in Step Functions workflows"
 */
export function httpState(call: Omit<ServiceCall, "action">): CallState {
  return taskState("arn:aws:states:::http:invoke", call);
}

function taskState(resource: string, call: Omit<ServiceCall, "action">): CallState {
  const { selector, path = null } = call.keep ?? {};
  return {
    Type: "Task",
    Comment: call.comment,
    Resource: resource,
    Parameters: call.parameters,
    ...(selector === undefined ? {} : { ResultSelector: selector }),
    ResultPath: path,
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
    Catch: [{ ErrorEquals: ["States.ALL"], ResultPath: call.failure.path, Next: call.failure.next }],
    ...(call.next === undefined ? { End: true as const } : { Next: call.next }),
  };
}
