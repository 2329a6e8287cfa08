import type {
  Catcher,
  Condition,
  Payload,
  State,
  StateMachineDefinition,
} from "../../../components/rollback/states-language.ts";

/**
 * What each call of a walk answers, by the name of its state, as it is kept: after the selector, where there is one. A call
 * that is not named succeeds with nothing. `fails` is any error, `fails: <name>` one of that name.
 */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>> | "fails" | `fails: ${string}`>>;

/** The states that were passed, in order, and the data of the execution at its end. */
export interface Walk {
  readonly passed: readonly string[];
  readonly data: Readonly<Record<string, unknown>>;
}

/**
 * Follows a machine from its start by its choices. It evaluates choices and paths the way the States Language has them, and
 * leaves intrinsic functions and the context as text; what calls do is for the tests that run the machine against AWS's API.
 */
export function walkStates({ StartAt, States }: StateMachineDefinition, input: unknown, answers: Answers): Walk {
  let data: unknown = input;
  const passed: string[] = [];
  const keep = (path: string | null | undefined, value: unknown) => {
    if (path === undefined) data = value;
    else if (path !== null) data = { ...(data as object), [path.slice("$.".length)]: value };
  };
  let name: string | undefined = StartAt;
  while (name !== undefined) {
    if (passed.includes(name)) throw new Error(`The machine goes round in a circle at ${name}.`);
    passed.push(name);
    const state: State | undefined = States[name];
    if (state === undefined) throw new Error(`The machine has no state ${name}.`);
    if (state.Type === "Choice") {
      name = state.Choices.find((choice) => holds(choice, data))?.Next ?? state.Default;
    } else if (state.Type === "Pass") {
      keep(state.ResultPath, resolve(state.Parameters, data));
      name = state.Next;
    } else if (state.Type === "Task") {
      const answer: Answers[string] | undefined = answers[name];
      const caught: Catcher | undefined = state.Catch[0];
      const next: string | undefined = "Next" in state ? state.Next : undefined;
      resolve(state.Parameters, data);
      if (typeof answer === "string") keep(caught?.ResultPath, { Error: answer.replace(/^fails(: )?/, "") });
      else keep(state.ResultPath, answer);
      name = typeof answer === "string" ? caught?.Next : next;
    } else {
      name = undefined;
    }
  }
  return { passed, data: data as Walk["data"] };
}

/** A payload with its paths followed. Step Functions stops an execution whose path leads nowhere; so does the walk. */
function resolve(payload: Payload, data: unknown): Payload {
  return Object.fromEntries(
    Object.entries(payload).map(([key, value]) => {
      if (isPayload(value)) return [key, resolve(value, data)];
      if (!key.endsWith(".$")) return [key, value];
      for (const path of String(value).match(/(?<!\$)\$\.[\w.[\]]+/g) ?? []) {
        if (valueAt(path, data) === undefined) throw new Error(`${key} is ${path}, which leads nowhere.`);
      }
      return [key.slice(0, -".$".length), /^\$($|\.)/.test(String(value)) ? valueAt(String(value), data) : value];
    }),
  );
}

function isPayload(value: unknown): value is Payload {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function holds(condition: Condition, data: unknown): boolean {
  if ("And" in condition) return condition.And.every((part) => holds(part, data));
  if ("Or" in condition) return condition.Or.some((part) => holds(part, data));
  if ("Not" in condition) return !holds(condition.Not, data);
  const value = valueAt(condition.Variable, data);
  if ("IsPresent" in condition) return (value !== undefined) === condition.IsPresent;
  // Step Functions stops an execution that compares what is not there; so does the walk.
  if (value === undefined) throw new Error(`${condition.Variable} is compared and leads nowhere.`);
  if ("StringMatches" in condition) return matches(String(value), condition.StringMatches);
  if ("NumericGreaterThan" in condition) return Number(value) > condition.NumericGreaterThan;
  if ("IsTimestamp" in condition) return /^\d{4}-\d\d-\d\dT.*Z$/.test(String(value)) === condition.IsTimestamp;
  if ("TimestampLessThanPath" in condition) {
    return Date.parse(String(value)) < Date.parse(String(valueAt(condition.TimestampLessThanPath, data)));
  }
  if ("StringEqualsPath" in condition) return value === valueAt(condition.StringEqualsPath, data);
  return "StringEquals" in condition ? value === condition.StringEquals : value === condition.NumericEquals;
}

function matches(text: string, pattern: string): boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  return new RegExp(`^${parts.join(".*")}$`, "s").test(text);
}

function valueAt(path: string, data: unknown): unknown {
  const steps = path.match(/[A-Za-z]+|\d+/g) ?? [];
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    data,
  );
}
