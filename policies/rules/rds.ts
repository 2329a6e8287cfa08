import { databaseInstance, databaseParameterGroup } from "../kinds.ts";
import { refersTo } from "../links.ts";
import { type Rule, requireTrue, resourceRule, shown, stackRule } from "../rule.ts";

/** Two weeks: the length of the guide's whole plan, so that its first day can still be restored on its last. */
const leastRetentionDays = 14;

export const rdsRules: readonly Rule[] = [
  resourceRule({
    name: "rds-backup-retention",
    rule: `A production database must keep its backups for at least ${leastRetentionDays} days`,
    source: "AWS Security Hub RDS.11, deployment guide B2",
    stages: ["production"],
    kinds: [databaseInstance],
    check({ props }, report) {
      if ((props.backupRetentionPeriod ?? 0) >= leastRetentionDays) return;
      report({
        found: shown("backupRetentionPeriod", props.backupRetentionPeriod),
        fix: `set database.backupRetentionDays to ${leastRetentionDays} or more in Pulumi.production.yaml`,
      });
    },
  }),

  requireTrue(databaseInstance, "deletionProtection", {
    name: "rds-deletion-protection",
    rule: "A production database must be protected from deletion",
    source: "AWS Security Hub RDS.8",
    stages: ["production"],
    fix: "set database.deletionProtection to true in Pulumi.production.yaml",
  }),

  resourceRule({
    name: "rds-enhanced-monitoring",
    rule: "A database must report its operating system's metrics",
    source: "AWS Security Hub RDS.6",
    kinds: [databaseInstance],
    check({ props }, report) {
      if ((props.monitoringInterval ?? 0) > 0) return;
      report({
        found: shown("monitoringInterval", props.monitoringInterval),
        fix: "set monitoringInterval to 60 and monitoringRoleArn to the ARN of the monitoring role",
      });
    },
  }),

  resourceRule({
    name: "rds-final-snapshot",
    rule: "A production database must leave a final snapshot when it is deleted",
    source: "deployment guide C4",
    stages: ["production"],
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.skipFinalSnapshot === true) {
        report({ found: "skipFinalSnapshot is true", fix: "set skipFinalSnapshot to false" });
      } else if (props.finalSnapshotIdentifier === undefined) {
        report({
          found: "finalSnapshotIdentifier is not set",
          fix: "set finalSnapshotIdentifier to a name that no snapshot has",
        });
      }
    },
  }),

  /**
   * Judged for the group that the instance uses. The default group of newer versions forces TLS too, but AWS can change
   * that default.
   */
  stackRule({
    name: "rds-force-ssl",
    rule: "A database must refuse connections without TLS",
    source: "AWS Config rds-postgres-instance-encrypted-in-transit",
    kinds: [databaseInstance, databaseParameterGroup],
    check({ all }, report) {
      for (const instance of all(databaseInstance)) {
        const group = all(databaseParameterGroup).find((candidate) =>
          refersTo(instance, "parameterGroupName", candidate),
        );
        const value = group?.props.parameters?.find(({ name }) => name === "rds.force_ssl")?.value;
        if (value === "1") continue;
        report(instance, {
          found:
            group === undefined
              ? "parameterGroupName names no parameter group of this stack"
              : shown(`rds.force_ssl in parameter group ${group.name}`, value),
          fix: "set rds.force_ssl to 1 in the instance's own parameter group",
        });
      }
    },
  }),

  requireTrue(databaseInstance, "iamDatabaseAuthenticationEnabled", {
    name: "rds-iam-authentication",
    rule: "A database must accept IAM authentication, so that no database role needs a password",
    source: "AWS Security Hub RDS.10",
  }),

  resourceRule({
    name: "rds-logs-exported",
    rule: "A PostgreSQL database must send its log to CloudWatch Logs",
    source: "AWS Security Hub RDS.36",
    kinds: [databaseInstance],
    check({ props }, report) {
      const logs = props.enabledCloudwatchLogsExports;
      if (logs?.includes("postgresql")) return;
      report({
        found: shown("enabledCloudwatchLogsExports", logs),
        fix: "add postgresql to enabledCloudwatchLogsExports",
      });
    },
  }),

  resourceRule({
    name: "rds-managed-password",
    rule: "AWS must create and rotate the master password, so that no password is in code or state",
    source: "AWS RDS: Password management with AWS Secrets Manager",
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.manageMasterUserPassword !== true) {
        report({
          found: shown("manageMasterUserPassword", props.manageMasterUserPassword),
          fix: "set manageMasterUserPassword to true",
        });
      }
      for (const property of ["password", "passwordWo"] as const) {
        if (props[property] !== undefined) report({ found: `${property} is set`, fix: `remove ${property}` });
      }
    },
  }),

  requireTrue(databaseInstance, "autoMinorVersionUpgrade", {
    name: "rds-minor-upgrades",
    rule: "A database must install minor upgrades in its maintenance window",
    source: "AWS Security Hub RDS.13",
  }),

  requireTrue(databaseInstance, "multiAz", {
    name: "rds-multi-az",
    rule: "A production database must have a standby in another availability zone",
    source: "AWS Security Hub RDS.5",
    stages: ["production"],
    fix: "set database.multiAz to true in Pulumi.production.yaml",
  }),

  resourceRule({
    name: "rds-not-public",
    rule: "A database must not have a public address",
    source: "AWS Security Hub RDS.2",
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.publiclyAccessible !== true) return;
      report({ found: "publiclyAccessible is true", fix: "set publiclyAccessible to false" });
    },
  }),

  resourceRule({
    name: "rds-own-administrator-name",
    rule: "A database's administrator must not have a default name",
    source: "AWS Security Hub RDS.25",
    kinds: [databaseInstance],
    check({ props }, report) {
      if (props.username !== "postgres" && props.username !== "admin") return;
      report({
        found: shown("username", props.username),
        fix: "set username to a name that is not a default name of AWS",
      });
    },
  }),

  resourceRule({
    name: "rds-some-backups",
    rule: "A database must have automatic backups",
    source: "AWS Security Hub RDS.11",
    stages: ["staging"],
    kinds: [databaseInstance],
    check({ props }, report) {
      if ((props.backupRetentionPeriod ?? 0) >= 1) return;
      report({
        found: shown("backupRetentionPeriod", props.backupRetentionPeriod),
        fix: "set database.backupRetentionDays to 1 or more in Pulumi.staging.yaml",
      });
    },
  }),

  requireTrue(databaseInstance, "storageEncrypted", {
    name: "rds-storage-encrypted",
    rule: "A database must be encrypted at rest",
    source: "AWS Security Hub RDS.3",
  }),

  requireTrue(databaseInstance, "copyTagsToSnapshot", {
    name: "rds-tagged-snapshots",
    rule: "A database must copy its tags to its snapshots",
    source: "AWS Security Hub RDS.17",
  }),
];
