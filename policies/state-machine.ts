/**
 * Reads the definition of a state machine (Amazon States Language, JSONPath): which states can be reached, and where its
 * choices lead for an input.
 */
import { memberOf, readJson } from "../rollout/json.ts";

/** A state; what its type has beside these is read where it is asked for. */
export interface State {
  readonly name: string;
  readonly type: string;
  /** The call of a task, such as `arn:aws:states:::aws-sdk:ssm:putParameter`. */
  readonly resource: string | undefined;
  readonly parameters: unknown;
  readonly definition: unknown;
}

/** What was read last: several rules read the same long text. */
let lastRead: { readonly definitionText: string; readonly states: readonly State[] } | undefined;

/** Every state that the machine can come to from its first one, that one first. A state that does not exist is left out. */
export function reachableStates(definitionText: string): readonly State[] {
  if (lastRead?.definitionText !== definitionText) lastRead = { definitionText, states: readStates(definitionText) };
  return lastRead.states;
}

function readStates(definitionText: string): readonly State[] {
  const definition = readJson(definitionText);
  const states = memberOf(definition, "States");
  const reached = new Map<string, State>();
  const open = [memberOf(definition, "StartAt")];
  for (const name of open) {
    if (typeof name !== "string" || reached.has(name)) continue;
    const state = memberOf(states, name);
    if (state === undefined) continue;
    const resource = memberOf(state, "Resource");
    reached.set(name, {
      name,
      type: String(memberOf(state, "Type")),
      resource: typeof resource === "string" ? resource : undefined,
      parameters: memberOf(state, "Parameters"),
      definition: state,
    });
    const ways = [...listOf(memberOf(state, "Choices")), ...listOf(memberOf(state, "Catch"))];
    open.push(memberOf(state, "Next"), memberOf(state, "Default"), ...ways.map((way) => memberOf(way, "Next")));
  }
  return [...reached.values()];
}

/** Where a choice leads for an input: the first rule that holds, otherwise its default. */
export function choiceFor(state: State, input: unknown): unknown {
  const taken = listOf(memberOf(state.definition, "Choices")).find((rule) => holds(rule, input));
  return taken === undefined ? memberOf(state.definition, "Default") : memberOf(taken, "Next");
}

/** The comparisons that the rollback's machine needs to find the live colour; any other does not hold. */
function holds(rule: unknown, input: unknown): boolean {
  const all = memberOf(rule, "And");
  if (all !== undefined) return listOf(all).every((part) => holds(part, input));
  const any = memberOf(rule, "Or");
  if (any !== undefined) return listOf(any).some((part) => holds(part, input));
  const not = memberOf(rule, "Not");
  if (not !== undefined) return !holds(not, input);
  const value = valueAt(input, String(memberOf(rule, "Variable")));
  const isPresent = memberOf(rule, "IsPresent");
  if (isPresent !== undefined) return (value !== undefined) === isPresent;
  const wanted = memberOf(rule, "StringEquals") ?? memberOf(rule, "NumericEquals");
  return value !== undefined && value === wanted;
}

const knownPaths = new Map<string, readonly string[]>();

/** The value at a reference path: `$.rules.Rules[0].RuleArn`. A machine asks for few paths, and for each of them often. */
function valueAt(input: unknown, path: string): unknown {
  const keys = knownPaths.get(path) ?? path.slice(1).match(/[^.[\]]+/g) ?? [];
  knownPaths.set(path, keys);
  return memberOf(input, ...keys);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
