import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { readDatabase } from "../../../infra/aws/database.ts";
import { startMoto } from "../../../rehearsal/moto/moto.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";

function talkTo(endpoint: string): void {
  vi.stubEnv("AWS_ENDPOINT_URL", endpoint);
  vi.stubEnv("AWS_ACCESS_KEY_ID", "test");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "test");
  onTestFinished(() => void vi.unstubAllEnvs());
}

describeWithMoto("a database in an account", () => {
  it("is read with its storage, and one that is not there is an error that says what to do", async () => {
    const moto = await startMoto();
    onTestFinished(() => moto.stop());
    talkTo(moto.endpoint);
    await new RDSClient(clientSettings(moto)).send(
      new CreateDBInstanceCommand({
        DBInstanceIdentifier: "portal-staging",
        DBInstanceClass: "db.t4g.micro",
        Engine: "postgres",
        AllocatedStorage: 20,
      }),
    );
    const region = "ap-southeast-2";
    await expect(readDatabase(region, "portal-staging")).resolves.toEqual({
      allocatedStorageGib: 20,
      isRestartPending: false,
    });
    await expect(readDatabase(region, "portal-other")).rejects.toThrow(
      /^AWS: the database portal-other could not be read: .* \(DBInstanceNotFound(Fault)?\)\. What the last update left behind/,
    );
  });
});

/** As AWS documents the answer (Amazon RDS API Reference, DescribeDBInstances), shortened to one instance. */
const answerWith = (groups: string) => `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <DescribeDBInstancesResult>
    <DBInstances>
      <DBInstance>
        <DBInstanceIdentifier>portal-production</DBInstanceIdentifier>
        <AllocatedStorage>60</AllocatedStorage>
        <PendingModifiedValues><AllocatedStorage>100</AllocatedStorage></PendingModifiedValues>
        <DBParameterGroups>${groups}</DBParameterGroups>
      </DBInstance>
    </DBInstances>
  </DescribeDBInstancesResult>
  <ResponseMetadata><RequestId>523e3218-afc7-11c3-90f5-f90431260ab4</RequestId></ResponseMetadata>
</DescribeDBInstancesResponse>`;

const group = (status: string) =>
  `<DBParameterGroup><ParameterApplyStatus>${status}</ParameterApplyStatus><DBParameterGroupName>portal</DBParameterGroupName></DBParameterGroup>`;

describe("a database that was changed", () => {
  it.each([
    ["in-sync", false],
    ["applying", false],
    ["pending-reboot", true],
  ])("has the storage that it has now; %s parameters wait for a restart: %s", async (status, isRestartPending) => {
    const server = createServer((_, answer) => {
      answer.setHeader("content-type", "text/xml").end(answerWith(group(status)));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    talkTo(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const state = await readDatabase("ap-southeast-2", "portal-production");
    expect(state).toEqual({ allocatedStorageGib: 60, isRestartPending });
  });
});
