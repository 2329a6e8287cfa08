import { isBlock } from "../../infra/config/config-keys.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import type { CallRule, Take, TypeRule } from "./call-rule.ts";
import { leaves, type PlacedCall, type Placement, placeCall } from "./place-inputs.ts";
import type { ServiceModels } from "./service-model.ts";

/** The calls of one resource, each list in the order in which the provider makes them. */
export interface PlacedResource {
  readonly create: readonly PlacedCall[];
  /** Those that change it in place, with every input that can be changed so. */
  readonly update: readonly PlacedCall[];
  readonly remove: readonly PlacedCall[];
  /** Inputs that no call sends and that the table gives no reason for. */
  readonly unplaced: readonly string[];
}

/** Outputs that the provider chooses where the program does not, and then sends as if they were inputs. */
const givenNames = ["name", "bucket", "identifier"];

/**
 * Makes the API calls that the provider would make for a resource.
 *
 * @throws {Error} when the table names an operation or a parameter that the service's model does not have
 */
export function placeResource(resource: PlannedResource, rule: TypeRule, models: ServiceModels): PlacedResource {
  const inputs = inputsOf(resource);
  const unsent = Object.keys(rule.unsent ?? {});
  const create = creation(resource, rule, models);
  const remove = removal(resource, rule, models);
  const placements = [...create.placements, ...remove.placements];
  const listed = [...create.listed, ...remove.listed];
  const unlisted = Object.entries(inputs).filter(([name]) => !listed.includes(name));
  const missed = [...placements.flatMap((placing) => placing.missed), ...leaves(Object.fromEntries(unlisted))];
  const known = new Set([...unsent, ...create.taken, ...remove.taken, ...placements.flatMap(({ placed }) => placed)]);
  const unplaced = missed
    .filter((leaf) => !pathsTo(leaf).some((path) => known.has(path)))
    // A name that the program did not choose may be an output that the provider sends nowhere.
    .filter((leaf) => leaf.includes(".") || leaf in resource.inputs);
  return {
    create: create.placements,
    update: placeUpdate(resource, rule, models),
    remove: remove.placements,
    unplaced: [...new Set(unplaced)],
  };
}

/** The calls that create a resource. */
export function placeCreation(resource: PlannedResource, rule: TypeRule, models: ServiceModels): readonly PlacedCall[] {
  return creation(resource, rule, models).placements;
}

/** The calls that delete a resource. */
export function placeRemoval(resource: PlannedResource, rule: TypeRule, models: ServiceModels): readonly PlacedCall[] {
  return removal(resource, rule, models).placements;
}

/**
 * The calls that change a resource in place.
 *
 * @param changed the inputs that differ. A call that sends none of them is not made, and no call sends another that it
 *   could send. Default: as if all differed
 */
export function placeUpdate(
  resource: PlannedResource,
  { update = [], unsent = {} }: TypeRule,
  models: ServiceModels,
  changed: (input: string) => boolean = () => true,
): readonly PlacedCall[] {
  if (typeof update === "string") return [];
  const calls = update
    .map((call) => ({ ...call, inputs: (call.inputs ?? []).filter(changed) }))
    .filter(({ inputs }) => inputs.length > 0);
  return placeCalls({ resource, calls, unsent: Object.keys(unsent), models, firstTakes: [] }).placements;
}

function creation(resource: PlannedResource, { calls, unsent = {} }: TypeRule, models: ServiceModels) {
  const firstTakes = Object.keys(inputsOf(resource));
  return placeCalls({ resource, calls, unsent: Object.keys(unsent), models, firstTakes });
}

function removal(resource: PlannedResource, { remove = [], unsent = {} }: TypeRule, models: ServiceModels) {
  return placeCalls({ resource, calls: remove, unsent: Object.keys(unsent), models, firstTakes: [] });
}

interface Calls {
  readonly resource: PlannedResource;
  readonly calls: readonly CallRule[];
  /** Paths of inputs that no call sends. */
  readonly unsent: readonly string[];
  readonly models: ServiceModels;
  /** The inputs that the first call sends, where the table lists none. */
  readonly firstTakes: readonly string[];
}

function placeCalls({ resource, calls, unsent, models, firstTakes }: Calls) {
  const inputs = inputsOf(resource);
  const taken = new Set<string>();
  const take: Take = (path) => {
    taken.add(path);
    return path.split(".").reduce<unknown>((value, key) => (isBlock(value) ? value[key] : undefined), inputs);
  };
  // Before anything is placed by name, so that what one call makes of an input, no other takes as it is.
  const made = calls
    .map((call) => ({ call, sets: call.sets?.(take, resource) ?? {} }))
    .filter(({ call }) => call.when?.(resource) !== false);
  const listed = made.map(({ call }, index) => call.inputs ?? (index === 0 ? firstTakes : []));
  const placements: Placement[] = made.map(({ call, sets }, index) => {
    const own = listed[index]?.flatMap((name) => (name in inputs ? [[name, inputs[name]]] : [])) ?? [];
    const model = models.model(call.service);
    return placeCall({
      call,
      sets,
      model,
      inputs: Object.fromEntries(own),
      unsent: new Set([...taken, ...unsent]),
    });
  });
  return { placements, taken, listed: listed.flat() };
}

function inputsOf({ inputs, outputs }: PlannedResource): Readonly<Record<string, unknown>> {
  const names = givenNames.flatMap((name) => (outputs[name] === undefined ? [] : [[name, outputs[name]]]));
  return { ...Object.fromEntries(names), ...inputs };
}

/** `a.b.c`: a, a.b and a.b.c. */
function pathsTo(path: string): string[] {
  return path.split(".").map((_part, index, parts) => parts.slice(0, index + 1).join("."));
}
