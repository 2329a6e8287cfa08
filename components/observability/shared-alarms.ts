import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import type { AlarmScope } from "./alarms.ts";
import { createBalancerAlarms } from "./balancer-alarms.ts";
import { createBurnAlarms } from "./burn-alarms.ts";
import { createDatabaseAlarms } from "./database-alarms.ts";

/** Arguments of {@link SharedAlarms}. Changing any of them updates alarms in place. */
export interface SharedAlarmsArgs {
  readonly databaseInstanceIdentifier: pulumi.Input<string>;
  /**
   * The database's storage as configured, GiB. When storage autoscaling has grown it, raise the configured size to the
   * real one, so that the disk alarm (guide A5) keeps its share; RDS reports each growth to the topic.
   */
  readonly allocatedStorageGib: number;
  /** `max_connections` of the database. */
  readonly maxConnections: number;
  /** Guide A5: per cent of the database's storage that may be used. */
  readonly diskPercent: number;
  /** MiB of memory below which the database is about to swap. Default 100. */
  readonly minimumFreeMemoryMib?: number;
  /** Namespace of the metrics from logs. */
  readonly metricNamespace: string;
  readonly loadBalancerArnSuffix: pulumi.Input<string>;
  /** Guide C1: per cent of requests that must not fail by the server's fault. */
  readonly availabilityPercent: number;
  /** Failed requests below which no rate alarms. */
  readonly minimumErrors: number;
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * Alarms on what both colours share: database, load balancer, and the error budget of guide C1. They tell people and
 * never move traffic, because the other colour stands on the same parts.
 */
export class SharedAlarms extends pulumi.ComponentResource {
  /**
   * @param name base name of the stack, such as `portal-production`
   * @throws {RangeError} when `diskPercent` or `availabilityPercent` leaves nothing to alarm on
   */
  constructor(name: string, args: SharedAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:SharedAlarms", name, {}, opts);
    checkPercent("diskPercent", args.diskPercent);
    checkPercent("availabilityPercent", args.availabilityPercent);
    const scope: AlarmScope = { name, tags: args.tags, parent: this, alertTopicArn: args.alertTopicArn };
    createDatabaseAlarms(scope, args);
    createBalancerAlarms(scope, args);
    createBurnAlarms(scope, args);
    this.registerOutputs({});
  }
}

function checkPercent(key: string, value: number): void {
  if (value > 0 && value < 100) return;
  throw new RangeError(`${key} is ${value}. It lies above 0 and below 100: at 100 the alarm could never go off.`);
}
