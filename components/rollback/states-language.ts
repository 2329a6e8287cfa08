/** The part of the Amazon States Language that the rollback's machine is written in, with JSONPath as its query language. */
export interface StateMachineDefinition {
  readonly Comment: string;
  readonly StartAt: string;
  /** Seconds until Step Functions gives an execution up as timed out. */
  readonly TimeoutSeconds: number;
  readonly States: Readonly<Record<string, State>>;
}

/** One state of a machine. */
export type State = TaskState | ChoiceState | PassState | SucceedState | FailState;

/** What a task calls and what it gives: keys that end in `.$` are paths or intrinsic functions. */
export type Payload = Readonly<Record<string, unknown>>;

/** One call of an AWS service. */
export type TaskState = {
  readonly Type: "Task";
  readonly Comment: string;
  readonly Resource: string;
  readonly Parameters: Payload;
  readonly ResultSelector?: Payload;
  /** Where the result goes in the state's input; null drops it. */
  readonly ResultPath: string | null;
  readonly TimeoutSeconds: number;
  readonly Retry: readonly Retrier[];
  readonly Catch: readonly Catcher[];
} & Transition;

/** Where a state leads. */
export type Transition = { readonly Next: string } | { readonly End: true };

/** How an error is tried again. */
interface Retrier {
  readonly ErrorEquals: readonly string[];
  /** Seconds before the first new attempt. */
  readonly IntervalSeconds: number;
  /** New attempts after the first. */
  readonly MaxAttempts: number;
  /** What the interval is multiplied by from attempt to attempt. */
  readonly BackoffRate: number;
  /** Ceiling of the interval, seconds. */
  readonly MaxDelaySeconds: number;
}

/** Where an error leads that no attempt got over. */
export interface Catcher {
  readonly ErrorEquals: readonly string[];
  readonly ResultPath: string;
  readonly Next: string;
}

/** Leads on by the first choice that holds. */
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
  /** `*` stands for any characters. */
  | { readonly Variable: string; readonly StringMatches: string }
  | { readonly Variable: string; readonly NumericEquals: number };

/** Changes the state's input without calling anything. */
interface PassState {
  readonly Type: "Pass";
  readonly Comment: string;
  readonly Parameters: Payload;
  /** Where the result goes in the state's input. Default: in its place. */
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
