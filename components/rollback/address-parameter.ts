import type { StateMachine } from "@pulumi/aws/sfn/stateMachine.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import * as pulumi from "@pulumi/pulumi";
import { rollbackAddressName } from "../../rollout/names.ts";
import type { RollbackAddress } from "../../rollout/rollback-address.ts";
import { groupStickiness } from "../traffic/rules.ts";
import type { RollbackArgs } from "./rollback-args.ts";

/**
 * Where a person who rolls back finds the rule, with one call beside the latch and without Pulumi.
 *
 * All names and ARNs at their longest fill less than half of the 4096 characters that SSM keeps in the standard tier.
 * Nothing in it depends on the weight, so that a step leaves it alone. A promote, a return and an update that changes an
 * image after a promote change it.
 */
export function createAddressParameter(
  name: string,
  args: RollbackArgs,
  machine: StateMachine,
  parent: pulumi.Resource,
): Parameter {
  const logicalName = rollbackAddressName(name);
  return new Parameter(
    logicalName,
    {
      name: args.addressParameterName,
      type: "String",
      description: "Where the rollback command finds the rule, the alarms and the machine. Written by each update.",
      value: addressOf(args, machine).apply((address) => JSON.stringify(address)),
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
}

function addressOf(args: RollbackArgs, machine: StateMachine): pulumi.Output<RollbackAddress> {
  const { blue, green } = args.compositeAlarms;
  return pulumi.output({
    version: 1 as const,
    publicRuleArn: args.publicRuleArn,
    targetGroupArns: { blue: args.targetGroupArns.blue, green: args.targetGroupArns.green },
    stickiness: { enabled: groupStickiness.enabled, durationSeconds: groupStickiness.duration },
    alertTopicArn: args.alertTopicArn,
    liveColour: args.liveColour,
    compositeAlarmNames: { blue: blue.name, green: green.name },
    stateMachineArn: machine.arn,
    lastPromote: args.lastPromote,
  });
}
