import type { KeyPath } from "../../infra/config/config-keys.ts";

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
  /** Reference of the provider (`urn::id`); absent where the environment's default provider is used. */
  readonly provider?: string;
  /** Whether Pulumi refuses to delete the resource. */
  readonly protect: boolean;
}
