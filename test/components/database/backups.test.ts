import { describe, expect, it } from "vitest";
import { schedule } from "../../../components/database/backups.ts";
import { planDatabase, productionArgs, stagingArgs } from "./database-fixture.ts";

describe("the backup vault", () => {
  it("keeps a daily copy of this one instance for as long as it is told to", async () => {
    const plan = await planDatabase(productionArgs);
    const vault = plan.only("aws:backup/vault:Vault");
    const dailyPlan = plan.only("aws:backup/plan:Plan");
    expect(dailyPlan.inputs["rules"]).toEqual([
      expect.objectContaining({
        ruleName: "daily",
        targetVaultName: vault.outputs["name"],
        schedule: "cron(0 19 * * ? *)",
        lifecycle: { deleteAfter: 90 },
        enableContinuousBackup: false,
      }),
    ]);
    expect(plan.only("aws:backup/selection:Selection").inputs).toMatchObject({
      planId: dailyPlan.id,
      resources: [plan.only("aws:rds/instance:Instance").outputs["arn"]],
      iamRoleArn: plan.only("aws:iam/role:Role", "portal-production-backup").outputs["arn"],
    });
    expect(vault.inputs).toMatchObject({
      kmsKeyArn: plan.only("aws:kms/key:Key").outputs["arn"],
      forceDestroy: false,
    });
    expect(vault.protect).toBe(true);
  });

  const stages = [
    ["production", productionArgs],
    ["staging", { ...stagingArgs, destroyable: false, vaultRetentionDays: 90 }],
  ] as const;

  it.each(stages)("is locked in governance mode in %s, where nothing else is asked for", async (_stage, args) => {
    const plan = await planDatabase(args);
    const lock = plan.only("aws:backup/vaultLockConfiguration:VaultLockConfiguration");
    expect(lock.inputs).toEqual({
      backupVaultName: plan.only("aws:backup/vault:Vault").outputs["name"],
      minRetentionDays: 90,
      maxRetentionDays: 90,
    });
    expect(lock.protect).toBe(args.deletionProtection);
  });

  it.each(stages)(
    "is locked in compliance mode in %s, and then no preview takes the lock away",
    async (_stage, args) => {
      const plan = await planDatabase({ ...args, vaultComplianceGraceDays: 14 });
      const lock = plan.only("aws:backup/vaultLockConfiguration:VaultLockConfiguration");
      expect(lock.inputs).toEqual({
        backupVaultName: plan.only("aws:backup/vault:Vault").outputs["name"],
        minRetentionDays: 90,
        maxRetentionDays: 90,
        changeableForDays: 14,
      });
      expect(lock.protect).toBe(true);
    },
  );

  it("is copied into by a role that only AWS Backup of this account takes, and that cannot restore", async () => {
    const plan = await planDatabase(productionArgs);
    const role = plan.only("aws:iam/role:Role", "portal-production-backup");
    expect(JSON.parse(String(role.inputs["assumeRolePolicy"])).Statement).toEqual([
      {
        Effect: "Allow",
        Principal: { Service: "backup.amazonaws.com" },
        Action: "sts:AssumeRole",
        Condition: { StringEquals: { "aws:SourceAccount": "123456789012" } },
      },
    ]);
    const attached = plan
      .all("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
      .filter(({ name }) => name === role.name);
    expect(attached.map(({ inputs }) => inputs["policyArn"])).toEqual([
      "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForBackup",
    ]);
  });

  it("does not exist without a retention", async () => {
    const plan = await planDatabase(stagingArgs);
    expect(plan.resources.filter(({ type }) => type.startsWith("aws:backup/"))).toEqual([]);
  });

  it("can be destroyed full, and so is not locked, where data may be lost", async () => {
    const plan = await planDatabase({ ...stagingArgs, vaultRetentionDays: 7 });
    expect(plan.only("aws:backup/vault:Vault").inputs["forceDestroy"]).toBe(true);
    expect(plan.all("aws:backup/vaultLockConfiguration:VaultLockConfiguration")).toEqual([]);
  });
});

describe("notices", () => {
  it("report the instance, its parameters and groups", async () => {
    const { alertTopicArn } = productionArgs;
    const plan = await planDatabase(productionArgs);
    const subscriptions = ["instance", "parameter-group", "security-group"].map((what) =>
      plan.only("aws:rds/eventSubscription:EventSubscription", `portal-production-${what}-events`),
    );
    expect(subscriptions.map(({ inputs }) => [inputs["sourceType"], inputs["sourceIds"], inputs["snsTopic"]])).toEqual([
      ["db-instance", [plan.only("aws:rds/instance:Instance").outputs["identifier"]], alertTopicArn],
      ["db-parameter-group", undefined, alertTopicArn],
      ["db-security-group", undefined, alertTopicArn],
    ]);
    // AWS FSBP RDS.20 names these three.
    expect(subscriptions[0]?.inputs["eventCategories"]).toEqual(
      expect.arrayContaining(["maintenance", "configuration change", "failure"]),
    );
  });

  it("report each backup job of the instance that ends without a whole copy", async () => {
    const plan = await planDatabase(productionArgs);
    const rule = plan.only("aws:cloudwatch/eventRule:EventRule", "portal-production-failed-backups");
    expect(JSON.parse(String(rule.inputs["eventPattern"]))).toEqual({
      source: ["aws.backup"],
      "detail-type": ["Backup Job State Change"],
      detail: {
        resourceArn: [plan.only("aws:rds/instance:Instance").outputs["arn"]],
        state: ["ABORTED", "EXPIRED", "FAILED", "PARTIAL"],
      },
    });
    expect(plan.only("aws:cloudwatch/eventTarget:EventTarget").inputs).toEqual({
      rule: rule.outputs["name"],
      arn: productionArgs.alertTopicArn,
      inputTransformer: {
        inputPaths: { job: "$.detail.backupJobId", instance: "$.detail.resourceArn", state: "$.detail.state" },
        inputTemplate:
          '"The backup of <instance> ended as <state>. For the reason: aws backup describe-backup-job --backup-job-id <job>"',
      },
    });
    // AWS Backup's own notices of failed and expired jobs are deprecated and notify nobody.
    expect(plan.all("aws:backup/vaultNotifications:VaultNotifications")).toEqual([]);
  });

  it("tell nothing of a vault that does not exist", async () => {
    const noVault = await planDatabase(stagingArgs);
    expect(noVault.all("aws:rds/eventSubscription:EventSubscription")).toHaveLength(3);
    expect(noVault.all("aws:cloudwatch/eventRule:EventRule")).toEqual([]);
  });
});

describe("the schedule", () => {
  /** Hours of the day in Melbourne, summer time included, that a UTC time falls on. */
  function melbourneHours(utcTime: string): number[] {
    return ["2026-01-15", "2026-07-15"].map((day) =>
      Number(
        new Intl.DateTimeFormat("en-AU", { timeZone: "Australia/Melbourne", hour: "2-digit", hourCycle: "h23" }).format(
          new Date(`${day}T${utcTime}:00Z`),
        ),
      ),
    );
  }

  const [backupStart = "", backupEnd = ""] = schedule.backupWindowUtc.split("-");
  const [, maintenanceStart = "", maintenanceEnd = ""] =
    /^sat:(\d\d:\d\d)-sat:(\d\d:\d\d)$/.exec(schedule.maintenanceWindowUtc) ?? [];
  const [, vaultHour = ""] = /^cron\(0 (\d+) \* \* \? \*\)$/.exec(schedule.vaultCronUtc) ?? [];

  it("lies in Melbourne's night", () => {
    for (const time of [backupStart, backupEnd, maintenanceStart, maintenanceEnd, `${vaultHour}:00`]) {
      for (const hour of melbourneHours(time)) {
        expect(hour).toBeGreaterThanOrEqual(1);
        expect(hour).toBeLessThan(7);
      }
    }
  });

  it("keeps its windows apart, and the vault's copy out of the hour before and during maintenance", () => {
    expect(backupEnd < maintenanceStart).toBe(true);
    expect(`${vaultHour}:00` >= maintenanceEnd).toBe(true);
  });
});
