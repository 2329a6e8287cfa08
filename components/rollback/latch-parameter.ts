import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import type * as pulumi from "@pulumi/pulumi";
import { formatLatch, type Latch } from "../../rollout/latch.ts";
import type { Tags } from "../tags.ts";

/**
 * The latch. Pulumi creates it and never writes it again: the machine sets it and resume clears it, both in AWS.
 *
 * A refresh may therefore find another value, which is no drift. And because the provider sends the value it remembers
 * along with a change of any of the other properties, which would clear a set latch, their changes are ignored as well.
 * Tags go by a call of their own.
 */
export function createLatchParameter(
  name: string,
  args: { latchParameterName: string; initialLatch: Latch; tags: Tags },
  parent: pulumi.Resource,
): Parameter {
  return new Parameter(
    `${name}-latch`,
    {
      name: args.latchParameterName,
      type: "String",
      description: "Set while a rollback stands: no weight may rise. Cleared by resume only.",
      value: formatLatch(args.initialLatch),
      tags: { ...args.tags, Name: `${name}-latch` },
    },
    { parent, ignoreChanges: ["value", "insecureValue", "description", "allowedPattern", "dataType", "tier", "type"] },
  );
}
