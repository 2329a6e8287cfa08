import { z } from "zod";
import type { KeyPath } from "../../infra/config/config-keys.ts";
import {
  type OutputName,
  type RecordedOutputs,
  type StackOutputs,
  stackOutputsSchema,
} from "../../infra/stack-outputs.ts";
import type { Kind } from "../../policies/kinds.ts";

/** One resource of a plan, as the program registered it and as the provider model answered. */
export interface PlannedResource {
  /** Type token, such as `aws:lb/listenerRule:ListenerRule` or `celebrant:traffic:Traffic`. */
  readonly type: string;
  /** Logical name. */
  readonly name: string;
  readonly urn: string;
  /** URN of the parent; absent for the stack itself. */
  readonly parentUrn?: string;
  /** False for components, true for what a provider creates. */
  readonly custom: boolean;
  /** Provider-assigned id, as the provider model answered. */
  readonly id: string;
  /** What the program asked for; outputs of other resources are resolved, secrets unwrapped. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** Inputs and what the provider adds to them, such as `arn`. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Where `inputs` and `outputs` hold secrets. No value there is ever printed. */
  readonly secretPaths: readonly KeyPath[];
  /** Properties whose changes the program ignores. */
  readonly ignoreChanges: readonly string[];
  /** Properties that the program has the resource replaced for, besides those of its provider. */
  readonly replaceOnChanges?: readonly string[];
  /** Reference of the provider (`urn::id`); absent where the environment's default provider is used. */
  readonly provider?: string;
  /** Whether Pulumi refuses to delete the resource. */
  readonly protect: boolean;
}

/** A plan: its resources, and the stack outputs that tell which of them is which. */
export interface PlannedStack {
  readonly resources: readonly PlannedResource[];
  readonly outputs: RecordedOutputs;
}

/**
 * Reads one stack output of a plan.
 *
 * @throws {Error} when the plan does not have it in the declared shape
 */
export function readOutput<Name extends OutputName>({ outputs }: Pick<PlannedStack, "outputs">, name: Name) {
  const schema = stackOutputsSchema.shape[name] as unknown as z.ZodType<StackOutputs[Name]>;
  const read = schema.safeParse(outputs[name]);
  if (read.success) return read.data;
  throw new Error(`The plan's stack output "${name}" cannot be read: ${z.prettifyError(read.error)}`);
}

/** The planned resources of one kind, in the order of registration. */
export function ofKind<Resource extends Pick<PlannedResource, "type">>(
  resources: readonly Resource[],
  { token }: Pick<Kind<object>, "token">,
): readonly Resource[] {
  return resources.filter(({ type }) => type === token);
}

/** Whether AWS's provider makes a resource. Components and what other providers make are left out. */
export function isOfAws({ type, custom }: Pick<PlannedResource, "type" | "custom">): boolean {
  return custom && type.startsWith("aws:");
}

/** A resource's ARN. A few types have none in their outputs and have it as their id. */
export function arnOf({ outputs, id }: Pick<PlannedResource, "outputs" | "id">): string {
  return String(outputs["arn"] ?? id);
}

/**
 * Reads a planned resource's inputs by a schema that names every input that the local model knows.
 *
 * @throws {Error} naming the resource and each input that the model does not know
 */
export function readInputs<Schema extends z.ZodType>(resource: PlannedResource, schema: Schema): z.output<Schema> {
  const result = schema.safeParse(resource.inputs);
  if (result.success) return result.data;
  const problems = result.error.issues.map((issue) => `${issue.path.join(".") || "inputs"}: ${issue.message}`);
  throw new Error(
    `${resource.type} "${resource.name}" is planned in a way that the rehearsal does not model: ${problems.join("; ")}. Add it to the model in rehearsal/local.`,
  );
}
