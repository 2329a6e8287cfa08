import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

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
