import { type AwsAnswer, type AwsCall, type AwsRefusal, callMoto, type MotoServer } from "../moto/moto.ts";
import { diffPlans, type ResourceChange } from "../plan/diff-plans.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import type { TypeRule } from "./call-rule.ts";
import { placeCreation, placeRemoval, placeUpdate } from "./place-resource.ts";
import type { ServiceModels } from "./service-model.ts";
import { callTable } from "./table/call-table.ts";
import { type Assigned, translator } from "./translation.ts";

/** An account in moto that is made like a plan, by the calls that the provider would make. */
export interface MotoAccount {
  /** The resources of the plan that was deployed last, as planned. */
  readonly resources: readonly PlannedResource[];
  /** Planned ARNs and ids in a value (objects, lists, texts, JSON in texts) replaced by the real ones. */
  translate<T>(value: T): T;
  /**
   * Makes the account be like the plan: creates, updates and deletes what differs from the last one, in the order of
   * registration, as an update of the stack would. Properties whose changes the program ignores, such as the latch's value,
   * are written at their creation and never again.
   *
   * @returns the difference, also of resources that moto is not told of
   * @throws {Error} what moto refuses, naming the resource. What was done before stands, as in an update that failed, and
   *   the account is not used again
   */
  deploy(plan: { readonly resources: readonly PlannedResource[] }): Promise<readonly ResourceChange[]>;
  /** What was applied last, from which the same account is opened again. It can be kept as JSON. */
  snapshot(): Applied;
}

/** What an account was made from, and what moto assigned. */
export interface Applied {
  readonly resources: readonly PlannedResource[];
  readonly assigned: Assigned;
}

/** How calls are made. */
export interface MotoAccountOptions {
  readonly moto: Pick<MotoServer, "endpoint">;
  readonly models: ServiceModels;
  /** The services that are told, as botocore names them. Default: all. */
  readonly services?: ReadonlySet<string>;
  /** Called before anything is asked of moto. */
  readonly beforeCalls?: () => void;
  /** Hears what moto says to each call. @returns whether to go on where it refuses. Default: no */
  readonly hears?: (made: Pick<Pending, "call" | "resource">, said: AwsAnswer) => boolean;
}

type What = "create" | "update" | "remove";

/** A call that is not made yet. */
interface Pending {
  readonly call: AwsCall;
  readonly resource: PlannedResource;
  readonly what: What;
}

/** Opens an account: an empty one, or the one that a snapshot was taken of. Two stages may share a server. */
export function openMotoAccount(
  { moto, models, services, beforeCalls = () => {}, hears = () => false }: MotoAccountOptions,
  { resources, assigned: known }: Applied = { resources: [], assigned: {} },
): MotoAccount {
  const applied = new Map(resources.map((resource) => [resource.urn, resource]));
  const assigned: Record<string, string> = { ...known };
  let translate = translator(assigned);
  /** Calls whose answers nobody reads go out with the next one whose answer is read. */
  const pending: Pending[] = [];

  /** @returns what is said to the last call */
  async function makePending(): Promise<AwsAnswer | undefined> {
    let last: AwsAnswer | undefined;
    for (let rest = pending.splice(0); rest.length > 0; ) {
      beforeCalls();
      // Up to the first that is refused.
      const answers = await callMoto(
        moto,
        rest.map(({ call }) => call),
      );
      for (const [index, said] of answers.entries()) {
        const made = rest[index];
        if (made === undefined || hears(made, said) || !("refusal" in said)) continue;
        throw new Error(`${subject(made)}: ${refusalText(made.call, said.refusal)}`);
      }
      last = answers.at(-1);
      rest = rest.slice(answers.length);
    }
    return last;
  }

  /** @param answers what is read from the answer to the first call */
  async function make(calls: readonly AwsCall[], of: Omit<Pending, "call">, answers?: TypeRule["answers"]) {
    for (const [index, { service, operation, parameters }] of calls.entries()) {
      pending.push({ ...of, call: { service, operation, parameters: translate(parameters) } });
      if (index > 0 || answers === undefined) continue;
      const said = await makePending();
      if (said !== undefined && "answer" in said) {
        assign(
          of,
          answers((path) => valueAt(said.answer, path)),
        );
      }
    }
  }

  function assign(of: Omit<Pending, "call">, given: Readonly<Record<string, unknown>>): void {
    for (const [output, value] of Object.entries(given)) {
      const planned = output === "id" ? of.resource.id : of.resource.outputs[output];
      if (typeof planned !== "string" || typeof value !== "string") {
        const [there, here] = [JSON.stringify(planned), JSON.stringify(value)];
        throw new Error(`${subject(of)}: its ${output} is ${there} in the plan, and AWS answers ${here}`);
      }
      assigned[planned] = value;
    }
    translate = translator(assigned);
  }

  async function change(resource: PlannedResource, rule: TypeRule, changed: ReadonlySet<string>): Promise<void> {
    const of = { resource, what: "update" } as const;
    if (rule.update === undefined) throw new Error(`${subject(of)}: the call table knows no way to change one.`);
    if (typeof rule.update !== "string") {
      await make(
        placeUpdate(resource, rule, models, (input) => changed.has(input)),
        of,
      );
      return;
    }
    // With what it is called until now.
    const remove = rule.update === "replace" ? placeRemoval(resource, rule, models) : [];
    const before = remove.map((call) => ({ ...call, parameters: translate(call.parameters) }));
    await make(placeCreation(resource, rule, models), of, rule.answers);
    await make(before, of);
  }

  /** Does one thing to one resource. @returns the planned values that now stand for something else than before */
  async function place(resource: PlannedResource, what: What, changed = new Set<string>()) {
    const rule = callTable[resource.type];
    if (rule === undefined || !rule.calls.some(({ service }) => services?.has(service) !== false)) return [];
    const before = { ...assigned };
    const of = { resource, what };
    if (what === "create") await make(placeCreation(resource, rule, models), of, rule.answers);
    else if (what === "remove") await make(placeRemoval(resource, rule, models), of);
    else await change(resource, rule, changed);
    return Object.keys(before).filter((planned) => before[planned] !== assigned[planned]);
  }

  return {
    get resources() {
      return [...applied.values()];
    },
    translate: (value) => translate(value),
    async deploy(plan) {
      const before = { resources: [...applied.values()], outputs: {} };
      const changes = diffPlans(before, { resources: plan.resources, outputs: {} });
      const byUrn = new Map(changes.map((one) => [one.urn, one]));
      const replaced: string[] = [];
      for (const resource of plan.resources) {
        const change = byUrn.get(resource.urn);
        // The plan has one text for every revision of a task definition; the service that runs it changes all the same.
        const changed = new Set([...topLevel(change), ...holding(resource, replaced)]);
        if (change?.kind === "create") await place(resource, "create");
        else if (changed.size > 0) replaced.push(...(await place(resource, "update", changed)));
        if (resource.custom) applied.set(resource.urn, resource);
      }
      for (const { urn, kind } of [...changes].reverse()) {
        const gone = applied.get(urn);
        if (kind !== "delete" || gone === undefined) continue;
        await place(gone, "remove");
        applied.delete(urn);
      }
      await makePending();
      return changes;
    },
    snapshot: () => ({ resources: [...applied.values()], assigned: { ...assigned } }),
  };
}

/** What a refusal says, in one line. */
export function refusalText({ operation }: AwsCall, { code, message }: AwsRefusal): string {
  return `${operation} is refused: ${[code, message].filter((part) => part !== "").join(": ")}`;
}

function subject({ resource, what }: Omit<Pending, "call">): string {
  return `${resource.type} ${resource.name}, ${what}`;
}

function topLevel(change: ResourceChange | undefined): readonly string[] {
  return (change?.properties ?? []).map(({ path }) => path.split(/[.[]/)[0] ?? path);
}

/** The inputs that name one of these values. */
function holding({ inputs }: PlannedResource, values: readonly string[]): readonly string[] {
  if (values.length === 0) return [];
  const names = Object.keys(inputs);
  return names.filter((name) => values.some((value) => JSON.stringify(inputs[name]).includes(JSON.stringify(value))));
}

function valueAt(answer: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], answer);
}
