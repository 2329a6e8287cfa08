import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";

/** What RDS says of an instance. */
export interface DatabaseFacts {
  readonly identifier: string;
  readonly createdAt: Date;
  readonly latestRestorableTime: Date;
}

/** As AWS documents the answer (Amazon RDS API Reference, DescribeDBInstances), shortened to what is read. */
const answerOf = ({
  identifier,
  createdAt,
  latestRestorableTime,
}: DatabaseFacts) => `<DescribeDBInstancesResponse xmlns="http://rds.amazonaws.com/doc/2014-10-31/">
  <DescribeDBInstancesResult>
    <DBInstances>
      <DBInstance>
        <DBInstanceIdentifier>${identifier}</DBInstanceIdentifier>
        <DBInstanceStatus>available</DBInstanceStatus>
        <Endpoint><Address>${identifier}.aaaaaaaaaa.ap-southeast-2.rds.amazonaws.com</Address><Port>5432</Port></Endpoint>
        <AllocatedStorage>50</AllocatedStorage>
        <InstanceCreateTime>${createdAt.toISOString()}</InstanceCreateTime>
        <LatestRestorableTime>${latestRestorableTime.toISOString()}</LatestRestorableTime>
        <BackupRetentionPeriod>35</BackupRetentionPeriod>
        <PubliclyAccessible>false</PubliclyAccessible>
        <DbiResourceId>db-ABCDEFGHIJKLMNOPQRSTUVWXYZ</DbiResourceId>
      </DBInstance>
    </DBInstances>
  </DescribeDBInstancesResult>
  <ResponseMetadata><RequestId>523e3218-afc7-11c3-90f5-f90431260ab4</RequestId></ResponseMetadata>
</DescribeDBInstancesResponse>`;

/** Has RDS answer with these facts until the test ends: moto's instances are created now, by the machine's clock, and restorable then. */
export async function startDatabaseAnswers(facts: DatabaseFacts): Promise<void> {
  const server = createServer((_, answer) => {
    answer.setHeader("content-type", "text/xml").end(answerOf(facts));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  vi.stubEnv("AWS_ENDPOINT_URL_RDS", `http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  onTestFinished(() => {
    vi.stubEnv("AWS_ENDPOINT_URL_RDS", undefined);
    server.closeAllConnections();
    server.close();
  });
}
