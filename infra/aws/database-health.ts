import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { DescribeDBInstancesCommand, DescribeDBSnapshotsCommand, RDSClient } from "@aws-sdk/client-rds";
import { clientOptions, explained } from "./client.ts";
import { readSeries } from "./metric-series.ts";

/** What can be restored of a database instance. */
export interface DatabaseBackups {
  /** The latest moment that it can be restored to; absent where point-in-time restore is off. */
  readonly latestRestorableTime: Date | undefined;
  /** When the newest completed snapshot was begun, of RDS's own and of AWS Backup's; absent where there is none. */
  readonly newestSnapshotAt: Date | undefined;
}

/** RDS's own daily snapshots, and the copies that AWS Backup makes (Amazon RDS API Reference, DescribeDBSnapshots). */
const snapshotTypes = ["automated", "awsbackup"] as const;

/**
 * Reads what can be restored of an instance, by three calls side by side.
 *
 * @throws {Error} whose message says what was asked, what AWS answered and what to do
 * @see Amazon RDS API Reference, DBInstance (LatestRestorableTime) and DBSnapshot (SnapshotCreateTime, Status)
 */
export async function readBackups(region: string, identifier: string): Promise<DatabaseBackups> {
  const client = new RDSClient(clientOptions(region));
  const asked = { DBInstanceIdentifier: identifier };
  const [answer, ...snapshots] = await explained(`the backups of the database ${identifier} could not be read`, () =>
    Promise.all([
      client.send(new DescribeDBInstancesCommand(asked)),
      ...snapshotTypes.map((SnapshotType) =>
        client.send(new DescribeDBSnapshotsCommand({ ...asked, SnapshotType, MaxRecords: 100 })),
      ),
    ]),
  );
  const times = snapshots
    .flatMap(({ DBSnapshots = [] }) => DBSnapshots)
    .filter(({ Status }) => Status === "available")
    .flatMap(({ SnapshotCreateTime }) => SnapshotCreateTime ?? [])
    .toSorted((one, other) => other.getTime() - one.getTime());
  return { latestRestorableTime: answer.DBInstances?.[0]?.LatestRestorableTime, newestSnapshotAt: times[0] };
}

/** The most that a database instance had to bear within a time. Absent where CloudWatch has no value of that time. */
export interface DatabaseLoad {
  readonly mostConnections: number | undefined;
  readonly mostCpuPercent: number | undefined;
  readonly leastFreeMemoryMib: number | undefined;
}

const bytesPerMib = 1024 ** 2;

/** What is read of a database, as the alarms on it name it. */
const metrics = {
  connections: ["DatabaseConnections", "Maximum"],
  cpu: ["CPUUtilization", "Maximum"],
  memory: ["FreeableMemory", "Minimum"],
} as const;

/** Reads what an instance had to bear, by the minute and in one call (guide T2, T4). */
export async function readDatabaseLoad(
  region: string,
  identifier: string,
  window: { readonly from: Date; readonly until: Date },
): Promise<DatabaseLoad> {
  const dimensions = { DBInstanceIdentifier: identifier };
  const series = Object.entries(metrics).map(([id, [metricName, statistic]]) => [
    id,
    { metric: { namespace: "AWS/RDS", metricName, dimensions, statistic }, periodSeconds: 60 },
  ]);
  const points = await readSeries(new CloudWatchClient(clientOptions(region)), Object.fromEntries(series), {
    from: window.from.toISOString(),
    until: window.until.toISOString(),
  });
  const valuesOf = (id: keyof typeof metrics) => (points.get(id) ?? []).map(({ value }) => value);
  const [connections, cpu, memory] = [valuesOf("connections"), valuesOf("cpu"), valuesOf("memory")];
  return {
    mostConnections: connections.length === 0 ? undefined : Math.max(...connections),
    mostCpuPercent: cpu.length === 0 ? undefined : Math.max(...cpu),
    leastFreeMemoryMib: memory.length === 0 ? undefined : Math.min(...memory) / bytesPerMib,
  };
}

/**
 * Reads how much of its memory the fullest task of a service had in use, per cent (guide A4), as the alarm on it does.
 *
 * @returns undefined where CloudWatch has no value of that time
 */
export async function readTaskMemory(
  region: string,
  { clusterArn, serviceName }: { readonly clusterArn: string; readonly serviceName: string },
  window: { readonly from: Date; readonly until: Date },
): Promise<number | undefined> {
  const dimensions = { ClusterName: clusterArn.slice(clusterArn.lastIndexOf("/") + 1), ServiceName: serviceName };
  const metric = { namespace: "AWS/ECS", metricName: "MemoryUtilization", dimensions, statistic: "Maximum" };
  const points = await readSeries(
    new CloudWatchClient(clientOptions(region)),
    { memory: { metric, periodSeconds: 60 } },
    { from: window.from.toISOString(), until: window.until.toISOString() },
  );
  const values = (points.get("memory") ?? []).map(({ value }) => value);
  return values.length === 0 ? undefined : Math.max(...values);
}
