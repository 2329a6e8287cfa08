import * as pulumi from "@pulumi/pulumi";
import { type AlarmScope, alarmNames } from "./alarms.ts";
import { createBalancerAlarms } from "./balancer-alarms.ts";
import { createBurnAlarms } from "./burn-alarms.ts";
import { createDatabaseAlarms } from "./database-alarms.ts";
import type { SharedAlarmsArgs } from "./shared-alarms-args.ts";

/**
 * Alarms on what both colours share: database, load balancer, and the error budget of guide C1. They tell people and
 * never move traffic, because the other colour stands on the same parts.
 */
export class SharedAlarms extends pulumi.ComponentResource {
  /**
   * Names of the alarms that each mean a fault. The windows that a burning error budget is made of are not among them:
   * one without the other means nothing.
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
    const scope: AlarmScope = { name, tags: args.tags, parent: this, alertTopicArn: args.alertTopicArn };
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
  throw new RangeError(`${key} is ${value}. It lies above 0 and below 100: at 100 the alarm could never go off.`);
}
