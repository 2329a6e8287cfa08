import type { PlannedResource } from "../../plan/planned-resource.ts";
import { type PlannedCompositeAlarm, readColourAlarms } from "../alarms/planned-alarms.ts";
import { readTriggers, type Triggers } from "../events/planned-triggers.ts";
import { type PlannedMachine, readMachine } from "../machine/planned-machine.ts";

/** Everything of a plan that the automatic rollback is made of. */
export interface PlannedRollback {
  readonly machine: PlannedMachine;
  readonly triggers: Triggers;
  readonly alarms: readonly PlannedCompositeAlarm[];
  /** The latch, and the value that it is created with. */
  readonly latch: { readonly name: string; readonly value: string };
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
    triggers: readTriggers(resources, machine.arn),
    alarms: readColourAlarms(resources),
    latch: { name: String(latch.inputs["name"]), value: String(latch.inputs["value"]) },
    topicArns: resources
      .filter(({ type }) => type === "aws:sns/topic:Topic")
      .map(({ outputs }) => String(outputs["arn"])),
  };
}
