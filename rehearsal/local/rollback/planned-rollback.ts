import type { PlannedResource } from "../../plan/planned-resource.ts";
import { type PlannedCompositeAlarm, readColourAlarms } from "../alarms/planned-alarms.ts";
import { type PlannedMachine, readMachine } from "../machine/planned-machine.ts";
import type { Authorization } from "../services/permitted-actions.ts";
import { type Permissions, readPermissions } from "../services/role-permissions.ts";
import { type MachineStarts, readStarts } from "./events.ts";

/** Everything of a plan that the automatic rollback is made of. */
export interface PlannedRollback {
  readonly machine: PlannedMachine;
  readonly starts: MachineStarts;
  readonly alarms: readonly PlannedCompositeAlarm[];
  /** What the machine's role may do. */
  readonly permissions: Permissions;
  /** The latch, and the value that it is created with. */
  readonly latch: { readonly name: string; readonly arn: string; readonly value: string };
  readonly topicArns: readonly string[];
}

/**
 * Reads the automatic rollback of a plan.
 *
 * @throws {Error} naming what is missing, or planned in a way that is not modelled
 */
export function readRollback(resources: readonly PlannedResource[]): PlannedRollback {
  const machine = readMachine(resources);
  const latch = resources.find(({ type, name }) => type === "aws:ssm/parameter:Parameter" && name.endsWith("-latch"));
  if (latch === undefined) throw new Error('The plan has no parameter "...-latch".');
  return {
    machine,
    starts: readStarts(resources, machine.arn),
    alarms: readColourAlarms(resources),
    permissions: readPermissions(resources, machine.roleArn),
    latch: {
      name: String(latch.inputs["name"]),
      arn: String(latch.outputs["arn"]),
      value: String(latch.inputs["value"]),
    },
    topicArns: resources
      .filter(({ type }) => type === "aws:sns/topic:Topic")
      .map(({ outputs }) => String(outputs["arn"])),
  };
}

/** What the planned machine is allowed, as its calls ask for it. */
export function authorizationOf({ permissions, latch }: PlannedRollback): Authorization {
  // A parameter that is not planned has no ARN that a permission could name.
  return { permissions, parameterArn: (name) => (name === latch.name ? latch.arn : `parameter ${name}`) };
}
