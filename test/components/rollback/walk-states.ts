import type {
  Catcher,
  Condition,
  State,
  StateMachineDefinition,
} from "../../../components/rollback/states-language.ts";

/** What each call of a walk answers, by the name of its state, in place of the selected result. A call that is not named succeeds. */
export type Answers = Readonly<Record<string, Readonly<Record<string, unknown>> | "fails">>;

/**
 * Follows a machine from its start by its choices, and says which states it passed. It evaluates choices and paths the
 * way the States Language has them; what calls do is for the tests that run the machine against AWS's API.
 */
export function walkStates(
  { StartAt, States }: StateMachineDefinition,
  input: Readonly<Record<string, unknown>>,
  answers: Answers,
): readonly string[] {
  const data: Record<string, unknown> = { ...input };
  const passed: string[] = [];
  const keep = (path: string | null, value: unknown) => {
    if (path !== null) data[path.slice("$.".length)] = value;
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
      keep(state.ResultPath, "Result" in state ? state.Result : state.Parameters);
      name = state.Next;
    } else if (state.Type === "Task") {
      const answer: Answers[string] | undefined = answers[name];
      const caught: Catcher | undefined = state.Catch[0];
      const next: string | undefined = "Next" in state ? state.Next : undefined;
      if (answer === "fails") keep(caught?.ResultPath ?? null, { Error: "Any" });
      else keep(state.ResultPath, answer);
      name = answer === "fails" ? caught?.Next : next;
    } else {
      name = undefined;
    }
  }
  return passed;
}

function holds(condition: Condition, data: unknown): boolean {
  if ("And" in condition) return condition.And.every((part) => holds(part, data));
  if ("Or" in condition) return condition.Or.some((part) => holds(part, data));
  if ("Not" in condition) return !holds(condition.Not, data);
  const value = valueAt(condition.Variable, data);
  if ("IsPresent" in condition) return (value !== undefined) === condition.IsPresent;
  // Step Functions stops an execution that compares what is not there; so does the walk.
  if (value === undefined) throw new Error(`${condition.Variable} is compared and leads nowhere.`);
  return "StringEquals" in condition ? value === condition.StringEquals : value === condition.NumericEquals;
}

function valueAt(path: string, data: unknown): unknown {
  const steps = path.match(/[A-Za-z]+|\d+/g) ?? [];
  return steps.reduce<unknown>(
    (value, step) =>
      typeof value === "object" && value !== null ? (value as Record<string, unknown>)[step] : undefined,
    data,
  );
}
