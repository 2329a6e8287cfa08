import * as pulumi from "@pulumi/pulumi";
import type { Scope } from "../scope.ts";
import { createLimitAlarms } from "./limit-alarms.ts";
import { createMachineAlarms } from "./machine-alarms.ts";
import { createAddressParameter, createLatchParameter } from "./parameters.ts";
import { checkRollbackArgs, type RollbackArgs } from "./rollback-args.ts";
import { createStartRules } from "./start-rules.ts";
import { createStateMachine } from "./state-machine.ts";

/**
 * Automatic rollback in AWS itself, with no one at a keyboard: the candidate's composite alarm starts a state machine that
 * returns the traffic, sets the latch and tells people.
 */
export class Rollback extends pulumi.ComponentResource {
  /** ARN of the state machine. It is started with a `MachineInput`. */
  public readonly stateMachineArn: pulumi.Output<string>;
  /** Name of the SSM parameter that holds the latch. */
  public readonly latchParameterName: pulumi.Output<string>;
  /** Names of the alarms on the rollback itself. While one of them is firing nothing watches over the weight: take no step. */
  public readonly watchedAlarmNames: pulumi.Output<readonly string[]>;
  /** By its weight, the name of the alarm on the limit of each step that is returned there. */
  public readonly limitAlarmNames: pulumi.Output<Readonly<Record<string, string>>>;

  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when SSM does not accept a parameter's name
   */
  constructor(name: string, args: RollbackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:rollback:Rollback", name, {}, opts);
    checkRollbackArgs(args);
    const scope: Scope = { name, parent: this, tags: args.tags };

    const latch = createLatchParameter(scope, args);
    const limitAlarms = createLimitAlarms(scope, args);
    const returningLimits = args.onLimit === "rollback" ? limitAlarms : [];
    const machine = createStateMachine(scope, { ...args, latch, returningLimits });
    const startRules = createStartRules(scope, { ...args, machine, returningLimits });
    const alarms = createMachineAlarms(scope, { ...args, machine, startRules });
    createAddressParameter(scope, { ...args, stateMachineArn: machine.arn });

    this.stateMachineArn = machine.arn;
    this.latchParameterName = latch.name;
    this.watchedAlarmNames = pulumi.all(alarms.map((alarm) => alarm.name));
    this.limitAlarmNames = pulumi.output(
      Object.fromEntries(returningLimits.map(({ step, alarm }) => [String(step.weightPercent), alarm.name])),
    );
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      latchParameterName: this.latchParameterName,
      watchedAlarmNames: this.watchedAlarmNames,
    });
  }
}
