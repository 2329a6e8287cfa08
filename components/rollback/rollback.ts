import * as pulumi from "@pulumi/pulumi";
import { createAddressParameter } from "./address-parameter.ts";
import { createLatchParameter } from "./latch-parameter.ts";
import { createMachineAlarms } from "./machine-alarms.ts";
import { checkRollbackArgs, type RollbackArgs } from "./rollback-args.ts";
import { createStateMachine } from "./state-machine.ts";
import { createTriggers } from "./triggers.ts";

/**
 * Automatic rollback in AWS itself, with no one at a keyboard: the candidate's composite alarm starts a state machine that
 * returns the traffic, sets the latch and tells people.
 */
export class Rollback extends pulumi.ComponentResource {
  /** ARN of the state machine; started with a `MachineInput`. */
  public readonly stateMachineArn: pulumi.Output<string>;
  /** Name of the SSM parameter that holds the latch. */
  public readonly latchParameterName: pulumi.Output<string>;
  /** Names of the alarms on the rollback itself. While one goes off nothing watches over the weight: take no step. */
  public readonly watchedAlarmNames: pulumi.Output<readonly string[]>;

  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when a parameter's name is none that SSM accepts
   */
  constructor(name: string, args: RollbackArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:rollback:Rollback", name, {}, opts);
    checkRollbackArgs(args);

    const latch = createLatchParameter(name, args, this);
    const machine = createStateMachine(name, args, latch, this);
    const triggers = createTriggers(name, args, machine, this);
    const alarms = createMachineAlarms(name, args, { machine, triggers }, this);
    createAddressParameter(name, args, machine, this);

    this.stateMachineArn = machine.arn;
    this.latchParameterName = latch.name;
    this.watchedAlarmNames = pulumi.all(alarms.map((alarm) => alarm.name));
    this.registerOutputs({
      stateMachineArn: this.stateMachineArn,
      latchParameterName: this.latchParameterName,
      watchedAlarmNames: this.watchedAlarmNames,
    });
  }
}
