import { z } from "zod";
import { type PlannedResource, readInputs } from "../../plan/planned-resource.ts";

/** A planned state machine. */
export interface PlannedMachine {
  readonly arn: string;
  /** The Amazon States Language text that AWS would be given. */
  readonly definition: string;
  /** ARN of the role that it works with. */
  readonly roleArn: string;
}

const machineInputs = z.object({ type: z.literal("STANDARD"), definition: z.string(), roleArn: z.string() });

/**
 * Reads the one state machine of a plan.
 *
 * @throws {Error} when there is none or more than one, or it is not of the type that is modelled
 */
export function readMachine(resources: readonly PlannedResource[]): PlannedMachine {
  const found = resources.filter(({ type }) => type === "aws:sfn/stateMachine:StateMachine");
  const [machine] = found;
  if (machine === undefined || found.length > 1) {
    throw new Error(`The plan has ${found.length} state machines; exactly one is expected.`);
  }
  const { definition, roleArn } = readInputs(machine, machineInputs);
  return { arn: String(machine.outputs["arn"]), definition, roleArn };
}
