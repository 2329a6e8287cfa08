import { PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CreateDBInstanceCommand, RDSClient } from "@aws-sdk/client-rds";
import { type VerifyReport, type VerifyRequest, verifyStage } from "../../../cli/verify/verify-stage.ts";
import type { RolloutWorld } from "../../../cli/world.ts";
import { clientSettings } from "../../support/aws/client-settings.ts";
import type { TestStage } from "../../support/cli/test-stage.ts";
import { temporaryFolder } from "../../support/temporary-folder.ts";
import { accountInEnvironment, type ServedPortal, servePortal } from "./portal-server.ts";

/**
 * Gives a stage a database in moto, which a planned account has none of, with connections that CloudWatch has counted. The
 * stage's clock becomes the machine's, by which moto makes the first snapshot.
 */
export async function serveDatabase(stage: TestStage): Promise<void> {
  stage.now = new Date();
  const { databaseInstanceIdentifier } = await stage.pulumi.outputs();
  const DBInstanceIdentifier = String(databaseInstanceIdentifier);
  const database = { DBInstanceClass: "db.t4g.micro", Engine: "postgres", AllocatedStorage: 20 };
  await new RDSClient(clientSettings(stage.moto)).send(
    new CreateDBInstanceCommand({ DBInstanceIdentifier, ...database, BackupRetentionPeriod: 3 }),
  );
  await stage.pulumi.account().clients.watching.send(
    new PutMetricDataCommand({
      Namespace: "AWS/RDS",
      MetricData: [
        {
          MetricName: "DatabaseConnections",
          Dimensions: [{ Name: "DBInstanceIdentifier", Value: DBInstanceIdentifier }],
          Timestamp: new Date(stage.now.getTime() - 300_000),
          Value: 12,
        },
      ],
    }),
  );
}

/** Runs `verify` on a stage whose hosts are the sample portal on loopback. */
export async function verifyHere(
  stage: TestStage,
  request: Partial<VerifyRequest> = {},
  served: ServedPortal = {},
  world: RolloutWorld = stage.world(),
) {
  const host = `api${request.host === "candidate" ? "-v2" : ""}.staging.celebrant-portal.com`;
  const route = await servePortal(served, host);
  const outcome = await verifyStage(
    world,
    { host: "public", ...request },
    {
      environment: accountInEnvironment,
      projectFolder: temporaryFolder(),
      // A host that was not asked for is nowhere.
      routeOf: (asked) => ({ ...route, ...(asked === host ? {} : { httpsPort: 1 }) }),
    },
  );
  return { ...outcome, report: outcome.json as VerifyReport };
}
