import { isOfAws, type PlannedResource } from "../plan/planned-resource.ts";
import { judgeCall } from "./judge-call.ts";
import type { PlacedCall } from "./place-inputs.ts";
import { placeResource } from "./place-resource.ts";
import type { ServiceModels } from "./service-model.ts";
import { callTable } from "./table/call-table.ts";

/** A value of a planned resource that AWS would refuse. */
export interface Violation {
  readonly resource: PlannedResource;
  /** The input that it was made of; absent where it is missing, or made of several. */
  readonly property?: string;
  readonly call: PlacedCall;
  /** Parameter of the call. */
  readonly path: string;
  /** Undefined where a required parameter is missing. */
  readonly value: unknown;
  readonly rule: string;
  /** Page of the AWS documentation. */
  readonly page: string;
}

/** What AWS's models say of some planned resources. */
export interface Validation {
  /** Resources by URN, however many plans they stand in. */
  readonly resourceCount: number;
  /** Of these, resources whose type the table has. */
  readonly coveredCount: number;
  readonly types: ReadonlySet<string>;
  readonly callCount: number;
  readonly violations: readonly Violation[];
  /** Types that the table does not have. Nothing is known of their resources. */
  readonly uncoveredTypes: readonly string[];
  /** Inputs that no call of the table sends, as `type input`. Nothing is known of their values. */
  readonly unplacedInputs: readonly string[];
}

/** Judges the AWS resources of a plan; those of other clouds are left out. */
export function validateResources(resources: readonly PlannedResource[], models: ServiceModels): Validation {
  const judged = resources.filter(isOfAws);
  const uncovered = new Set<string>();
  const unplaced = new Set<string>();
  const violations: Violation[] = [];
  let callCount = 0;
  for (const resource of judged) {
    const rule = callTable[resource.type];
    if (rule === undefined) {
      uncovered.add(resource.type);
      continue;
    }
    const placed = placeResource(resource, rule, models);
    for (const input of placed.unplaced) unplaced.add(`${resource.type} ${input}`);
    const calls = [...placed.create, ...placed.update, ...placed.remove];
    const found = calls.flatMap((call) => judge(resource, call, models));
    // An input that is sent once more to change it is refused once more, which says nothing new.
    const isRepeated = (violation: Violation, index: number) =>
      violation.property !== undefined &&
      found.findIndex(({ property, rule }) => property === violation.property && rule === violation.rule) < index;
    violations.push(...found.filter((violation, index) => !isRepeated(violation, index)));
    callCount += calls.length;
  }
  const urns = (all: readonly PlannedResource[]) => new Set(all.map(({ urn }) => urn)).size;
  return {
    resourceCount: urns(judged),
    coveredCount: urns(judged.filter(({ type }) => !uncovered.has(type))),
    types: new Set(judged.map(({ type }) => type)),
    callCount,
    violations,
    uncoveredTypes: [...uncovered],
    unplacedInputs: [...unplaced],
  };
}

function judge(resource: PlannedResource, call: PlacedCall, models: ServiceModels): Violation[] {
  const model = models.model(call.service);
  // AWS's own redirects: they lead from the model's name to the page of the operation.
  const page = `https://docs.aws.amazon.com/goto/WebAPI/${model.metadata.uid}/${call.operation}`;
  return judgeCall(model, call.operation, call.parameters).map((refusal) => {
    const property = call.origins.get(refusal.path);
    return { resource, call, page, ...refusal, ...(property === undefined ? {} : { property }) };
  });
}
