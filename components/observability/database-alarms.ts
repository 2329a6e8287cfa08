import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import type * as pulumi from "@pulumi/pulumi";
import { colours } from "../../rollout/colour.ts";
import type { Scope } from "../scope.ts";
import { createAlarm } from "./alarms.ts";
import { type DatabaseCapacity, databaseLimits, sustainedMinutes } from "./database-limits.ts";
import { logMetricName } from "./log-contract.ts";
import type { Metric } from "./metrics.ts";

/** Which database is watched, and from when on. */
export interface DatabaseAlarmArgs extends DatabaseCapacity {
  readonly databaseInstanceIdentifier: pulumi.Input<string>;
  /** Namespace of the metrics from logs. */
  readonly metricNamespace: string;
  readonly alertTopicArn: pulumi.Input<string>;
}

const bytesPerMib = 1024 ** 2;

/** Seconds of a value of CPU and of memory. */
const periodSeconds = 300;

/** Creates the alarms on the database: connections that fail (guide A3) or run out, disk (guide A5), CPU and memory. */
export function createDatabaseAlarms(scope: Scope, args: DatabaseAlarmArgs): readonly MetricAlarm[] {
  const metric = (metricName: string, statistic: string): Metric => ({
    namespace: "AWS/RDS",
    metricName,
    dimensions: { DBInstanceIdentifier: args.databaseInstanceIdentifier },
    statistic,
  });
  const { diskPercent, allocatedStorageGib, maxConnections, alertTopicArn } = args;
  const limits = databaseLimits(args);
  const periods = (sustainedMinutes * 60) / periodSeconds;
  // RDS reports these each minute while the instance runs. Missing data means that it does not run, or that nobody can tell.
  const whileRunning = { missingData: "breaching", periodSeconds, alertTopicArn } as const;
  return [
    ...createConnectionAlarms(scope, args),
    createAlarm(scope, {
      ...whileRunning,
      what: "database-connections",
      description: `The database has ${limits.connections} of ${maxConnections} connections in use.`,
      comparison: "at least",
      threshold: limits.connections,
      metric: metric("DatabaseConnections", "Maximum"),
    }),
    createAlarm(scope, {
      ...whileRunning,
      what: "database-disk",
      description: `More than ${diskPercent} % of the database's ${allocatedStorageGib} GiB are used (guide A5). RDS grows the storage below 10 % free; the next update at weight 0 takes the new size.`,
      comparison: "below",
      threshold: limits.freeStorageBytes,
      metric: metric("FreeStorageSpace", "Minimum"),
    }),
    createAlarm(scope, {
      ...whileRunning,
      what: "database-cpu",
      description: `The database's CPU has been above ${limits.cpuPercent} % for ${sustainedMinutes} minutes.`,
      comparison: "above",
      threshold: limits.cpuPercent,
      periods,
      metric: metric("CPUUtilization", "Average"),
    }),
    createAlarm(scope, {
      ...whileRunning,
      what: "database-memory",
      description: `The database has had less than ${limits.freeMemoryMib} MiB of free memory for ${sustainedMinutes} minutes.`,
      comparison: "below",
      threshold: limits.freeMemoryMib * bytesPerMib,
      periods,
      metric: metric("FreeableMemory", "Average"),
    }),
  ];
}

/**
 * Goes off at the first failed connection. The pool hides single failures, so a failure in the log has reached a request.
 */
function createConnectionAlarms(scope: Scope, args: DatabaseAlarmArgs): readonly MetricAlarm[] {
  return colours.map((colour) =>
    createAlarm(scope, {
      what: `${colour}-database-connection-failures`,
      description: `${colour} failed to connect to the database (guide A3).`,
      comparison: "at least",
      threshold: 1,
      periodSeconds: 300,
      // A colour without tasks logs nothing and connects to nothing.
      missingData: "notBreaching",
      alertTopicArn: args.alertTopicArn,
      metric: {
        namespace: args.metricNamespace,
        metricName: logMetricName("connectionFailures", colour),
        dimensions: {},
        statistic: "Sum",
      },
    }),
  );
}
