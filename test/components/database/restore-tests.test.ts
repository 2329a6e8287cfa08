import { describe, expect, it } from "vitest";
import { planDatabase, productionArgs } from "./database-fixture.ts";

const tested = { ...productionArgs, restoreTesting: true };
const planType = "aws:backup/restoreTestingPlan:RestoreTestingPlan";
const selectionType = "aws:backup/restoreTestingSelection:RestoreTestingSelection";

describe("the restore tests", () => {
  it("restore the latest copy of the vault each month, into the database's own subnets, without a standby", async () => {
    const plan = await planDatabase(tested);
    expect(plan.only(planType).inputs).toMatchObject({
      name: expect.stringMatching(/^[a-z0-9_]{1,50}$/),
      scheduleExpression: "cron(0 2 2 * ? *)",
      recoveryPointSelection: {
        algorithm: "LATEST_WITHIN_WINDOW",
        includeVaults: [plan.only("aws:backup/vault:Vault").outputs["arn"]],
        recoveryPointTypes: ["SNAPSHOT"],
        selectionWindowDays: 7,
      },
    });
    expect(plan.only(selectionType).inputs).toMatchObject({
      restoreTestingPlanName: plan.only(planType).outputs["name"],
      protectedResourceType: "RDS",
      protectedResourceArns: [plan.only("aws:rds/instance:Instance").outputs["arn"]],
      restoreMetadataOverrides: {
        dbSubnetGroupName: plan.only("aws:rds/subnetGroup:SubnetGroup").outputs["name"],
        multiAz: "false",
      },
      validationWindowHours: 1,
      iamRoleArn: plan.only("aws:iam/role:Role", "portal-production-restore-tests").outputs["arn"],
    });
  });

  it("are done by a role that AWS Backup alone assumes, for this account alone", async () => {
    const plan = await planDatabase(tested);
    const role = plan.only("aws:iam/role:Role", "portal-production-restore-tests");
    expect(JSON.parse(String(role.inputs["assumeRolePolicy"])).Statement).toEqual([
      expect.objectContaining({
        Principal: { Service: "backup.amazonaws.com" },
        Condition: { StringEquals: { "aws:SourceAccount": tested.accountId } },
      }),
    ]);
  });

  it("tell the alert topic of a restore that failed", async () => {
    const plan = await planDatabase(tested);
    const rule = plan.only("aws:cloudwatch/eventRule:EventRule", "portal-production-failed-restores");
    expect(JSON.parse(String(rule.inputs["eventPattern"]))).toEqual({
      source: ["aws.backup"],
      "detail-type": ["Restore Job State Change"],
      detail: { resourceType: ["RDS"], status: ["ABORTED", "FAILED"] },
    });
    const target = plan.only("aws:cloudwatch/eventTarget:EventTarget", "portal-production-failed-restores");
    expect(target.inputs["arn"]).toBe(tested.alertTopicArn);
  });

  it("are off by default, and where there is no vault", async () => {
    const { vaultRetentionDays: _, ...withoutVault } = tested;
    for (const args of [productionArgs, withoutVault]) {
      const plan = await planDatabase(args);
      expect([...plan.all(planType), ...plan.all(selectionType)]).toEqual([]);
    }
  });
});
