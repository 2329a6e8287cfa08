import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import type { AwsClients } from "./aws-clients.ts";
import type { Assigned } from "./translation.ts";

/** A planned resource with what AWS will be told. */
export interface Placed {
  readonly planned: PlannedResource;
  /** The planned inputs, naming what really exists. */
  readonly inputs: Readonly<Record<string, unknown>>;
  /** The planned outputs, naming what really exists; for a resource that does not, what the provider model answered. */
  readonly outputs: Readonly<Record<string, unknown>>;
  /** Top-level inputs that differ; on a creation all of them. Those whose changes the program ignores are not among them. */
  readonly changed: ReadonlySet<string>;
}

/** How resources of one type get into an account. */
export interface Placing {
  /** @returns what AWS assigned, by what the plan has in its place */
  create(clients: AwsClients, resource: Placed): Promise<Assigned | undefined>;
  /** Absent where no update of the program changes the type in place. */
  readonly update?: (clients: AwsClients, resource: Placed) => Promise<Assigned | undefined>;
  readonly remove?: (clients: AwsClients, resource: Placed) => Promise<void>;
}

/** Ways of one service by full type token. */
export type Placings = Readonly<Record<string, Placing>>;

/** An output that is a text, such as a name or an ARN. */
export function textOutput({ planned }: Pick<Placed, "planned">, property: string): string {
  const value = planned.outputs[property] ?? planned.inputs[property];
  if (typeof value !== "string") {
    throw new TypeError(`${planned.type} ${planned.name} has no ${property}, but ${JSON.stringify(value)}.`);
  }
  return value;
}

/** What AWS assigned; an answer without it is an error of the service. */
export function assignedText(resource: Placed, value: string | undefined): string {
  if (value === undefined) throw new Error(`${resource.planned.type} ${resource.planned.name} was given no id.`);
  return value;
}

/** Tags as most services take them. */
export function tagList({ inputs }: Placed): { Key: string; Value: string }[] {
  const tags = (inputs["tags"] ?? {}) as Record<string, string>;
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
