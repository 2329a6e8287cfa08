import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import { colours } from "../../rollout/colour.ts";
import { type AlarmScope, createAlarm, type Metric } from "./alarms.ts";
import { logMetricName } from "./log-contract.ts";
import type { SharedAlarmsArgs } from "./shared-alarms-args.ts";

const bytesPerMib = 1024 ** 2;
const bytesPerGib = 1024 ** 3;

/** Share of `max_connections` from which on pools of a deployment, two colours at once, may find none left. */
const connectionsPercent = 80;

/** Alarms on the database: connections that fail (guide A3) or run out, disk (guide A5), CPU and memory. */
export function createDatabaseAlarms(scope: AlarmScope, args: SharedAlarmsArgs): readonly MetricAlarm[] {
  const metric = (metricName: string, statistic: string): Metric => ({
    namespace: "AWS/RDS",
    metricName,
    dimensions: { DBInstanceIdentifier: args.databaseInstanceIdentifier },
    statistic,
  });
  // RDS reports these each minute while the instance runs; silence means that it does not, or that nobody can tell.
  const whileRunning = { missingData: "breaching", periodSeconds: 300 } as const;
  const connections = Math.floor((args.maxConnections * connectionsPercent) / 100);
  const { diskPercent, allocatedStorageGib, minimumFreeMemoryMib = 100 } = args;
  return [
    ...createConnectionAlarms(scope, args),
    createAlarm(
      scope,
      {
        ...whileRunning,
        what: "database-connections",
        description: `The database has ${connections} of ${args.maxConnections} connections in use.`,
        comparison: "at least",
        threshold: connections,
      },
      metric("DatabaseConnections", "Maximum"),
    ),
    createAlarm(
      scope,
      {
        ...whileRunning,
        what: "database-disk",
        description: `More than ${diskPercent} % of the database's ${allocatedStorageGib} GiB are used (guide A5). RDS grows the storage below 10 % free; then raise allocatedStorageGib to the new size.`,
        comparison: "below",
        threshold: Math.round((allocatedStorageGib * bytesPerGib * (100 - diskPercent)) / 100),
      },
      metric("FreeStorageSpace", "Minimum"),
    ),
    createAlarm(
      scope,
      {
        ...whileRunning,
        what: "database-cpu",
        description: "The database's CPU has been above 90 % for 15 minutes.",
        comparison: "above",
        threshold: 90,
        periods: 3,
      },
      metric("CPUUtilization", "Average"),
    ),
    createAlarm(
      scope,
      {
        ...whileRunning,
        what: "database-memory",
        description: `The database has had less than ${minimumFreeMemoryMib} MiB of free memory for 15 minutes.`,
        comparison: "below",
        threshold: minimumFreeMemoryMib * bytesPerMib,
        periods: 3,
      },
      metric("FreeableMemory", "Average"),
    ),
  ];
}

/** One failed connection is one too many: the pool hides single ones, so that what is logged has reached a request. */
function createConnectionAlarms(scope: AlarmScope, { metricNamespace }: SharedAlarmsArgs): readonly MetricAlarm[] {
  return colours.map((colour) =>
    createAlarm(
      scope,
      {
        what: `${colour}-database-connection-failures`,
        description: `${colour} failed to connect to the database (guide A3).`,
        comparison: "at least",
        threshold: 1,
        periodSeconds: 300,
        // A colour without tasks logs nothing and connects to nothing.
        missingData: "notBreaching",
      },
      {
        namespace: metricNamespace,
        metricName: logMetricName("connectionFailures", colour),
        dimensions: {},
        statistic: "Sum",
      },
    ),
  );
}
