import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readBackups, readDatabaseLoad } from "../../../infra/aws/database-health.ts";
import { startMoto } from "../../../rehearsal/moto/moto.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

const region = "ap-southeast-2";
const identifier = "portal-production";

function talkTo(endpoint: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** As AWS documents the answers (Amazon RDS API Reference, DescribeDBInstances and DescribeDBSnapshots), shortened. */
const instances = `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBInstancesResult><DBInstances><DBInstance>
<DBInstanceIdentifier>${identifier}</DBInstanceIdentifier><BackupRetentionPeriod>35</BackupRetentionPeriod>
<LatestRestorableTime>2026-11-26T05:00:00Z</LatestRestorableTime></DBInstance></DBInstances></DescribeDBInstancesResult></DescribeDBInstancesResponse>`;

const snapshot = (type: string, at: string, status = "available") =>
  `<DBSnapshot><DBSnapshotIdentifier>${type}:${at.slice(0, 10)}</DBSnapshotIdentifier><SnapshotType>${type}</SnapshotType><Status>${status}</Status><SnapshotCreateTime>${at}</SnapshotCreateTime></DBSnapshot>`;

const snapshots = (listed: readonly string[]) =>
  `<DescribeDBSnapshotsResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/"><DescribeDBSnapshotsResult><DBSnapshots>${listed.join("")}</DBSnapshots></DescribeDBSnapshotsResult></DescribeDBSnapshotsResponse>`;

describe("the backups of a database", () => {
  it("are the newest completed snapshot, whoever made it, and the latest moment of the instance", async () => {
    const ofType = {
      automated: snapshots([
        snapshot("automated", "2026-11-24T15:10:00Z"),
        snapshot("automated", "2026-11-25T15:10:00Z"),
        snapshot("automated", "2026-11-26T15:10:00Z", "creating"),
      ]),
      awsbackup: snapshots([snapshot("awsbackup", "2026-11-25T19:05:00Z")]),
    };
    const server = createServer(async (request, answer) => {
      const asked = new URLSearchParams(await text(request));
      const type = asked.get("SnapshotType") as keyof typeof ofType | null;
      expect(asked.get("DBInstanceIdentifier")).toBe(identifier);
      answer.setHeader("content-type", "text/xml").end(type === null ? instances : ofType[type]);
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    talkTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    expect(await readBackups(region, identifier)).toEqual({
      latestRestorableTime: new Date("2026-11-26T05:00:00Z"),
      newestSnapshotAt: new Date("2026-11-25T19:05:00Z"),
    });
  });
});

describeWithMoto("a database in an account", () => {
  it("is read with its first snapshot and with what it had to bear; one that is not there is an error", async () => {
    const moto = await startMoto();
    onTestFinished(() => moto.stop());
    talkTo(moto.endpoint);
    await new RDSClient(clientSettings(moto)).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: identifier,
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
        BackupRetentionPeriod: 3,
      }),
    );
    const { newestSnapshotAt } = await readBackups(region, identifier);
    expect(Math.abs(Date.now() - (newestSnapshotAt?.getTime() ?? 0))).toBeLessThan(3_600_000);
    await expect(readBackups(region, "portal-other")).rejects.toThrow(
      /^AWS: the backups of the database portal-other could not be read: /,
    );
    const until = new Date(Math.floor(Date.now() / 60_000) * 60_000);
    const window = { from: new Date(until.getTime() - 1_200_000), until };
    const Dimensions = [{ Name: "DBInstanceIdentifier", Value: identifier }];
    const Timestamp = new Date(until.getTime() - 300_000);
    await connectClients(moto).watching.send(
      new PutMetricDataCommand({
        Namespace: "AWS/RDS",
        MetricData: [
          { MetricName: "DatabaseConnections", Dimensions, Timestamp, Value: 12 },
          { MetricName: "DatabaseConnections", Dimensions, Timestamp: new Date(until.getTime() - 600_000), Value: 31 },
          { MetricName: "FreeableMemory", Dimensions, Timestamp, Value: 300 * 1024 ** 2 },
        ],
      }),
    );
    expect(await readDatabaseLoad(region, identifier, window)).toEqual({
      mostConnections: 31,
      mostCpuPercent: undefined,
      leastFreeMemoryMib: 300,
    });
  });
});
