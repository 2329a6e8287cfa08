import { z } from "zod";
import { parameter, stateMachine, topic } from "../../../policies/kinds.ts";
import { isRollbackAddressName } from "../../../rollout/names.ts";
import { arnOf, ofKind, type PlannedStack, readInputs, readOutput } from "../../plan/planned-resource.ts";
import type { MetricIdentity } from "../alarms/metrics.ts";
import {
  type PlannedCompositeAlarm,
  type PlannedLimitAlarm,
  readColourAlarms,
  readLimitAlarms,
} from "../alarms/planned-alarms.ts";
import { type Authorization, type Permissions, readPermissions } from "../aws/actions.ts";
import { type MachineStarts, readStarts } from "./events.ts";

/** The parts of a plan that make up the automatic rollback. */
export interface PlannedRollback {
  readonly machine: PlannedMachine;
  readonly starts: MachineStarts;
  readonly alarms: readonly PlannedCompositeAlarm[];
  /** The alarms on the limits of steps. */
  readonly limits: readonly PlannedLimitAlarm[];
  /** The permissions of the machine's role. */
  readonly permissions: Permissions;
  /** The latch's parameter, and the value that it is created with. */
  readonly latch: { readonly name: string; readonly arn: string; readonly value: string };
  /** The parameter of the rollback address, and the value that the update writes. */
  readonly address: { readonly name: string; readonly arn: string; readonly value: string };
  readonly topicArns: readonly string[];
}

/**
 * Reads the automatic rollback of a plan.
 *
 * @throws {Error} naming what is missing, or planned in a way that is not modelled
 */
export function readRollback(plan: PlannedStack): PlannedRollback {
  const { resources } = plan;
  const machine = readMachine(plan);
  const latchName = readOutput(plan, "latchParameterName");
  const latch = ofKind(resources, parameter).find(({ inputs }) => inputs["name"] === latchName);
  if (latch === undefined) throw new Error(`The plan has no parameter ${latchName}.`);
  const address = ofKind(resources, parameter).find(({ name }) => isRollbackAddressName(name));
  if (address === undefined) throw new Error("The plan has no parameter of the rollback address.");
  return {
    machine,
    starts: readStarts(resources, machine.arn),
    alarms: readColourAlarms(plan),
    limits: readLimitAlarms(plan),
    permissions: readPermissions(resources, machine.roleArn),
    latch: { name: latchName, arn: arnOf(latch), value: String(latch.inputs["value"]) },
    address: {
      name: String(address.inputs["name"]),
      arn: arnOf(address),
      value: String(address.inputs["value"]),
    },
    topicArns: ofKind(resources, topic).map(arnOf),
  };
}

/** What decides whether the planned machine may make a call. */
export function authorizationOf({ permissions, latch, address }: PlannedRollback): Authorization {
  // The released frontend's parameter is no planned one. It stands beside the latch.
  const before = latch.arn.slice(0, -latch.name.length);
  const arns = new Map([latch, address].map(({ name, arn }) => [name, arn]));
  return { permissions, parameterArn: (name) => arns.get(name) ?? `${before}${name}` };
}

/** A planned state machine. */
export interface PlannedMachine {
  readonly arn: string;
  /** The definition's text in Amazon States Language. */
  readonly definition: string;
  /** ARN of the role that the machine works with. */
  readonly roleArn: string;
  /** The metrics that the machine publishes, with whatever dimensions. */
  readonly publishedMetrics: readonly Pick<MetricIdentity, "namespace" | "metricName">[];
}

const machineInputs = z.object({ type: z.literal("STANDARD"), definition: z.string(), roleArn: z.string() });

/**
 * Reads the state machine of a plan.
 *
 * @throws {Error} when there is none, or it is not of the type that is modelled
 */
export function readMachine(plan: PlannedStack): PlannedMachine {
  const arn = readOutput(plan, "rollbackStateMachineArn");
  const machine = ofKind(plan.resources, stateMachine).find((candidate) => arnOf(candidate) === arn);
  if (machine === undefined) throw new Error(`The plan has no state machine ${arn}.`);
  const { definition, roleArn } = readInputs(machine, machineInputs);
  return { arn, definition, roleArn, publishedMetrics: readPublishedMetrics(definition) };
}

const definitionSchema = z.object({
  States: z.record(
    z.string(),
    z.looseObject({ Resource: z.string().optional(), Parameters: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const published = z.object({ Namespace: z.string(), MetricData: z.array(z.object({ MetricName: z.string() })) });

function readPublishedMetrics(definition: string): PlannedMachine["publishedMetrics"] {
  return Object.values(definitionSchema.parse(JSON.parse(definition)).States)
    .filter(({ Resource }) => Resource?.endsWith(":cloudwatch:putMetricData") === true)
    .flatMap(({ Parameters }) => {
      const { Namespace: namespace, MetricData } = published.parse(Parameters);
      return MetricData.map(({ MetricName: metricName }) => ({ namespace, metricName }));
    });
}
