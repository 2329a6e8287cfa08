/** How a line of the mutation table is written: which planned resource, what is changed, which policy must catch it. */
import type { Kind } from "../../../policies/kinds.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { changeAt } from "./paths.ts";

/** The plans that are mutated. */
export const planNames = ["production", "staging", "production at 25 %", "production after promote"] as const;
export type PlanName = (typeof planNames)[number];

/** Why a mutation is not caught. */
export interface NotCaught {
  readonly reason: string;
}

/** One line of the table. */
export interface Mutation {
  /** What is changed, in words. */
  readonly what: string;
  /** Type token of the resource that is changed, removed or added. */
  readonly token: string;
  /** The policy that must catch it, or why none does. */
  readonly expected: string | NotCaught;
  /** The plans that it is applied to. */
  readonly plans: readonly PlanName[];
  /** The plan with the one change. Only the changed resource is copied. */
  readonly apply: (plan: readonly PlannedResource[]) => readonly PlannedResource[];
}

/**
 * A planned resource: its kind, and its logical name without the stage: `database` for `portal-staging-database`, and
 * nothing for `portal-staging`.
 */
export interface Target {
  readonly token: string;
  readonly name: string;
}

/** What another planned resource answered, as a value of a change. */
interface Reference {
  readonly target: Target;
  readonly output: string;
}

const references = new WeakSet<object>();
const bothStages: readonly PlanName[] = ["production", "staging"];

/** For lines about what only production has or demands. */
export const production: readonly PlanName[] = ["production"];
/** For lines about what only staging has. */
export const staging: readonly PlanName[] = ["staging"];
/** For lines that count from the first step on, while blue is live. */
export const at25: readonly PlanName[] = ["production at 25 %"];
/** For lines that count once green is live. */
export const promoted: readonly PlanName[] = ["production after promote"];
/** For lines that count at every weight and with either live colour. */
export const everyPlan: readonly PlanName[] = [...planNames];

/** A planned resource by its kind and name. */
export function the({ token }: Pick<Kind<unknown>, "token">, name: string): Target {
  return { token, name };
}

/** An output of a planned resource as a value: its ARN unless told. */
export function outputOf(target: Target, output = "arn"): Reference {
  const reference: Reference = { target, output };
  references.add(reference);
  return reference;
}

/** Marks a line that no policy catches, and says why. The test fails when one does catch it. */
export function notCaught(reason: string): NotCaught {
  return { reason };
}

/** A property is set to another value. */
export function set(
  target: Target,
  path: string,
  value: unknown,
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  return changing(target, `${path} becomes ${inWords(value)}`, expected, plans, (inputs, plan) =>
    changeAt(inputs, path, (holder, key) => Reflect.set(holder, key, resolved(value, plan))),
  );
}

/** A property, or an entry of a list, is removed. */
export function unset(target: Target, path: string, expected: string | NotCaught, plans = bothStages): Mutation {
  return changing(target, `${path} is removed`, expected, plans, (inputs) =>
    changeAt(inputs, path, (holder, key) => {
      if (Reflect.get(holder, key) === undefined) throw new Error(`There is no ${path} to remove.`);
      if (Array.isArray(holder)) holder.splice(Number(key), 1);
      else Reflect.deleteProperty(holder, key);
    }),
  );
}

/** An entry is added at the end of a list. */
export function append(
  target: Target,
  path: string,
  value: unknown,
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  return changing(target, `${path} gains ${inWords(value)}`, expected, plans, (inputs, plan) =>
    changeAt(inputs, path, (holder, key) => {
      const before: unknown = Reflect.get(holder, key) ?? [];
      const list: unknown = typeof before === "string" ? JSON.parse(before) : before;
      if (!Array.isArray(list)) throw new Error(`${path} is no list.`);
      const after = [...list, resolved(value, plan)];
      Reflect.set(holder, key, typeof before === "string" ? JSON.stringify(after) : after);
    }),
  );
}

/** A text within a property is replaced wherever it stands. */
export function replaceText(
  target: Target,
  path: string,
  [from, to]: readonly [from: string, to: string],
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  return changing(target, `${path} says ${inWords(to)} for ${inWords(from)}`, expected, plans, (inputs) =>
    changeAt(inputs, path, (holder, key) =>
      Reflect.set(holder, key, String(Reflect.get(holder, key)).replaceAll(from, to)),
    ),
  );
}

/** The resource is removed. */
export function remove(target: Target, expected: string | NotCaught, plans = bothStages): Mutation {
  return {
    what: `${described(target)} is removed`,
    token: target.token,
    expected,
    plans,
    apply: (plan) => {
      const found = find(plan, target);
      return plan.filter((resource) => resource !== found);
    },
  };
}

/** A resource option is changed: what Pulumi ignores, or what it refuses to delete. */
export function setOption(
  target: Target,
  options: Partial<Pick<PlannedResource, "ignoreChanges" | "protect">>,
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  const words = Object.entries(options).map(([option, value]) => `the option ${option} becomes ${inWords(value)}`);
  return {
    what: `${described(target)}: ${words.join(" and ")}`,
    token: target.token,
    expected,
    plans,
    apply: (plan) => {
      const found = find(plan, target);
      return plan.map((resource) => (resource === found ? { ...resource, ...options } : resource));
    },
  };
}

/** A resource is added, with the stage's tags. */
export function add(
  { token }: Pick<Kind<unknown>, "token">,
  words: string,
  inputs: Readonly<Record<string, unknown>>,
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  return {
    what: `${typeOf(token)} is added: ${words}`,
    token,
    expected,
    plans,
    apply: (plan) => [...plan, newResource(plan, token, { ...inputs })],
  };
}

/** A copy of a planned resource is added, with some properties that differ. */
export function addCopy(
  target: Target,
  words: string,
  inputs: Readonly<Record<string, unknown>>,
  expected: string | NotCaught,
  plans = bothStages,
): Mutation {
  return {
    what: `${typeOf(target.token)} is added: ${words}`,
    token: target.token,
    expected,
    plans,
    apply: (plan) => [...plan, newResource(plan, target.token, { ...find(plan, target).inputs, ...inputs })],
  };
}

function newResource(
  plan: readonly PlannedResource[],
  type: string,
  given: Readonly<Record<string, unknown>>,
): PlannedResource {
  const stage = stageOf(plan);
  const name = `portal-${stage}-added`;
  const asked = resolved(given, plan) as Record<string, unknown>;
  const stageTags = { Project: "celebrant-portal", Stage: stage, ManagedBy: "pulumi" };
  const inputs = { ...asked, tags: { ...stageTags, ...Object(asked["tags"]) } };
  return {
    type,
    name,
    urn: `urn:pulumi:${stage}::celebrant-portal::${type}::${name}`,
    custom: true,
    id: "added-1",
    inputs,
    outputs: { ...inputs, arn: `arn:aws:added:::${name}` },
    secretPaths: [],
    ignoreChanges: [],
    protect: false,
  };
}

function changing(
  target: Target,
  words: string,
  expected: string | NotCaught,
  plans: readonly PlanName[],
  change: (inputs: Record<string, unknown>, plan: readonly PlannedResource[]) => void,
): Mutation {
  return {
    what: `${described(target)}: ${words}`,
    token: target.token,
    expected,
    plans,
    apply: (plan) => {
      const found = find(plan, target);
      const inputs = structuredClone(found.inputs) as Record<string, unknown>;
      change(inputs, plan);
      return plan.map((resource) =>
        resource === found ? { ...found, inputs, outputs: outputsAfter(found, inputs) } : resource,
      );
    },
  };
}

/** A provider answers what it was asked for: what changed in the inputs changes in the outputs. */
function outputsAfter(before: PlannedResource, inputs: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const outputs: Record<string, unknown> = { ...before.outputs, ...inputs };
  for (const property of Object.keys(before.inputs)) if (!(property in inputs)) delete outputs[property];
  return outputs;
}

function find(plan: readonly PlannedResource[], target: Target): PlannedResource {
  const wanted = `portal-${stageOf(plan)}${target.name === "" ? "" : `-${target.name}`}`;
  const found = plan.find(({ type, name }) => type === target.token && name === wanted);
  if (found === undefined) throw new Error(`The plan has no ${described(target)}.`);
  return found;
}

function stageOf(plan: readonly PlannedResource[]): string {
  return plan[0]?.urn.split(":")[2] ?? "";
}

function resolved(value: unknown, plan: readonly PlannedResource[]): unknown {
  if (typeof value !== "object" || value === null) return value;
  if (isReference(value)) {
    const { id, outputs } = find(plan, value.target);
    return value.output === "id" ? id : outputs[value.output];
  }
  if (Array.isArray(value)) return value.map((entry) => resolved(entry, plan));
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolved(entry, plan)]));
}

function isReference(value: object): value is Reference {
  return references.has(value);
}

function described({ token, name }: Target): string {
  return `${typeOf(token)} ${name}`.trim();
}

function typeOf(token: string): string {
  const [, module = "", type = token] = token.split(":");
  return `${module.split("/")[0]}.${type}`;
}

function inWords(value: unknown): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    typeof part === "object" && part !== null && isReference(part)
      ? `the ${part.output} of ${described(part.target)}`
      : part,
  );
}
