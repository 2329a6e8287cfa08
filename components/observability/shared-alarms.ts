import * as pulumi from "@pulumi/pulumi";
import type { Scope, Tags } from "../scope.ts";
import { alarmNames } from "./alarms.ts";
import { type BalancerAlarmArgs, createBalancerAlarms, createBurnAlarms } from "./balancer-alarms.ts";
import { createDatabaseAlarms, type DatabaseAlarmArgs } from "./database-alarms.ts";

/** Arguments of {@link SharedAlarms}. Changing any of them updates alarms in place. */
export interface SharedAlarmsArgs extends DatabaseAlarmArgs, BalancerAlarmArgs {
  readonly tags: Tags;
}

/**
 * Alarms on what both colours share: database, load balancer, and the error budget of guide C1. They tell people and never
 * move traffic, because the other colour depends on the same parts.
 */
export class SharedAlarms extends pulumi.ComponentResource {
  /**
   * Names of the alarms that each mean a fault. The windows of a burning error budget are left out, because one window alone
   * means nothing.
   */
  public readonly watchedAlarmNames: pulumi.Output<readonly string[]>;

  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when `diskPercent` or `availabilityPercent` leaves nothing to alarm on
   */
  constructor(name: string, args: SharedAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:SharedAlarms", name, {}, opts);
    checkPercent("diskPercent", args.diskPercent);
    checkPercent("availabilityPercent", args.availabilityPercent);
    const scope: Scope = { name, parent: this, tags: args.tags };
    this.watchedAlarmNames = alarmNames([
      ...createDatabaseAlarms(scope, args),
      ...createBalancerAlarms(scope, args),
      ...createBurnAlarms(scope, args),
    ]);
    this.registerOutputs({ watchedAlarmNames: this.watchedAlarmNames });
  }
}

function checkPercent(key: string, value: number): void {
  if (value > 0 && value < 100) return;
  throw new RangeError(`${key} is ${value}. It must be above 0 and below 100: at 100 the alarm could never go off.`);
}
