import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import { formatLatch } from "../../rollout/latch.ts";
import { rollbackAddressName } from "../../rollout/names.ts";
import type { RollbackAddress } from "../../rollout/rollback-address.ts";
import { child, type Scope } from "../scope.ts";
import { groupStickiness } from "../traffic/rules.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/**
 * Creates the latch. Pulumi creates it and never writes it again: the machine sets it and resume clears it, both in AWS.
 *
 * So a refresh may find another value, and that is no drift. When another property changes, the provider also sends the
 * value that it remembers, which would clear a set latch. So changes of those properties are ignored as well. Tags have a
 * call of their own.
 */
export function createLatchParameter(scope: Scope, args: RollbackArgs): Parameter {
  const { logicalName, tags, opts } = child(scope, "latch");
  return new Parameter(
    logicalName,
    {
      name: args.latchParameterName,
      type: "String",
      description: "Set while a rollback stands: no weight may rise. Cleared by resume only.",
      value: formatLatch(args.initialLatch),
      tags,
    },
    { ...opts, ignoreChanges: ["value", "insecureValue", "description", "allowedPattern", "dataType", "tier", "type"] },
  );
}

/**
 * Creates the parameter in which the rollback command finds the rule. One call reads it together with the latch, and
 * Pulumi is not needed.
 *
 * All names and ARNs at their longest fill less than half of the 4096 characters that SSM keeps in the standard tier. The
 * value does not depend on the weight, so a step leaves it alone. A promote changes it, and so do a return and an update
 * that changes an image after a promote.
 */
export function createAddressParameter(
  { name, parent, tags }: Scope,
  args: RollbackArgs & { readonly stateMachineArn: pulumi.Output<string> },
): void {
  const logicalName = rollbackAddressName(name);
  const { blue, green } = args.compositeAlarms;
  const address: pulumi.Output<RollbackAddress> = pulumi.output({
    version: 1 as const,
    publicRuleArn: args.publicRuleArn,
    targetGroupArns: { blue: args.targetGroupArns.blue, green: args.targetGroupArns.green },
    stickiness: groupStickiness,
    alertTopicArn: args.alertTopicArn,
    liveColour: args.liveColour,
    compositeAlarmNames: { blue: blue.name, green: green.name },
    stateMachineArn: args.stateMachineArn,
    lastPromote: args.lastPromote,
    candidateSince: args.candidateSince,
  });
  new Parameter(
    logicalName,
    {
      name: args.addressParameterName,
      type: "String",
      description: "Where the rollback command finds the rule, the alarms and the machine. Written by each update.",
      value: address.apply((known) => JSON.stringify(known)),
      tags: { ...tags, Name: logicalName },
    },
    { parent },
  );
}
