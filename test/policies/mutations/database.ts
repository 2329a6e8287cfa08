/** Mutations of the database and of its backups. */
import {
  backupPlan,
  backupSelection,
  backupVault,
  backupVaultLock,
  databaseInstance,
  databaseParameterGroup,
  databaseSubnetGroup,
  restoreTestingPlan,
  restoreTestingSelection,
  securityGroup,
  subnet,
} from "../../../policies/kinds.ts";
import {
  type Mutation,
  notCaught,
  outputOf,
  production,
  remove,
  set,
  setOption,
  staging,
  the,
  unset,
} from "./mutation.ts";

const database = the(databaseInstance, "database");
const parameters = the(databaseParameterGroup, "parameters");
const subnets = the(databaseSubnetGroup, "database");
const plan = the(backupPlan, "backups");
const selection = the(backupSelection, "backups");
const vault = the(backupVault, "backups");
const lock = the(backupVaultLock, "backups");
const restoreTests = the(restoreTestingPlan, "restore-tests");
const testedCopies = the(restoreTestingSelection, "restore-tests");

export const instanceMutations: readonly Mutation[] = [
  set(database, "publiclyAccessible", true, "rds-not-public"),
  set(database, "storageEncrypted", false, "rds-storage-encrypted"),
  unset(database, "storageEncrypted", "rds-storage-encrypted"),
  unset(database, "kmsKeyId", "rds-own-key"),
  set(database, "multiAz", false, "rds-multi-az", production),
  unset(database, "multiAz", "rds-multi-az", production),
  set(database, "deletionProtection", false, "rds-deletion-protection", production),
  unset(database, "deletionProtection", "rds-deletion-protection", production),
  setOption(database, { protect: false }, "protected-in-production", production),
  set(database, "backupRetentionPeriod", 7, "rds-backup-retention", production),
  set(database, "backupRetentionPeriod", 0, "rds-backup-retention", production),
  set(database, "backupRetentionPeriod", 0, "rds-some-backups", staging),
  unset(database, "backupRetentionPeriod", "rds-backup-retention", production),
  set(database, "deleteAutomatedBackups", true, "rds-keeps-automatic-backups", production),
  set(database, "skipFinalSnapshot", true, "rds-final-snapshot", production),
  unset(database, "finalSnapshotIdentifier", "rds-final-snapshot", production),
  set(database, "iamDatabaseAuthenticationEnabled", false, "rds-iam-authentication"),
  unset(database, "iamDatabaseAuthenticationEnabled", "rds-iam-authentication"),
  set(database, "manageMasterUserPassword", false, "rds-managed-password"),
  set(database, "password", "hunter2hunter2", "rds-managed-password"),
  set(database, "passwordWo", "hunter2hunter2", "rds-managed-password"),
  unset(database, "masterUserSecretKmsKeyId", "rds-own-key"),
  set(database, "username", "postgres", "rds-own-administrator-name"),
  set(database, "username", "admin", "rds-own-administrator-name"),
  set(database, "autoMinorVersionUpgrade", false, "rds-minor-upgrades"),
  unset(database, "autoMinorVersionUpgrade", "rds-minor-upgrades"),
  set(database, "copyTagsToSnapshot", false, "rds-tagged-snapshots"),
  set(database, "monitoringInterval", 0, "rds-enhanced-monitoring"),
  unset(database, "monitoringInterval", "rds-enhanced-monitoring"),
  set(database, "enabledCloudwatchLogsExports", [], "rds-logs-exported"),
  unset(database, "enabledCloudwatchLogsExports", "rds-logs-exported"),
  set(
    database,
    "performanceInsightsEnabled",
    false,
    notCaught("It shows slow queries to a person; no alarm and no gate reads it."),
  ),
  unset(database, "performanceInsightsKmsKeyId", "rds-own-key"),
  set(database, "port", 5433, "network-tier-from-tier-before"),
  set(database, "allowMajorVersionUpgrade", true, "rds-planned-changes"),
  set(database, "caCertIdentifier", "rds-ca-2019", "rds-current-certificate"),
  set(database, "vpcSecurityGroupIds", [outputOf(the(securityGroup, "balancer"), "id")], "network-one-group-per-tier"),
  set(database, "vpcSecurityGroupIds", [outputOf(the(securityGroup, "api"), "id")], "network-one-group-per-tier"),
  set(database, "parameterGroupName", "default.postgres17", "rds-force-ssl"),
  set(database, "dbSubnetGroupName", "default", "rds-no-way-out"),
  set(database, "applyImmediately", true, "rds-changes-in-window", production),
  setOption(database, { ignoreChanges: ["*"] }, "rds-planned-changes"),
];

export const parameterMutations: readonly Mutation[] = [
  set(parameters, "parameters[rds.force_ssl].value", "0", "rds-force-ssl"),
  unset(parameters, "parameters[rds.force_ssl]", "rds-force-ssl"),
  set(parameters, "parameters", [], "rds-force-ssl"),
  remove(parameters, "rds-force-ssl"),
  set(parameters, "parameters[log_connections].value", "0", "rds-log-without-data"),
  set(parameters, "parameters[log_disconnections].value", "0", "rds-log-without-data"),
  set(parameters, "parameters[log_statement].value", "all", "rds-log-without-data"),
  set(parameters, "parameters[log_statement].value", "none", "rds-log-without-data"),
  set(parameters, "parameters[log_parameter_max_length].value", "-1", "rds-log-without-data"),
  set(
    parameters,
    "parameters[max_connections].value",
    "5000",
    notCaught("How many connections fit is the size of the instance, which the stage's config names."),
  ),
  set(
    subnets,
    "subnetIds",
    [outputOf(the(subnet, "public-a"), "id"), outputOf(the(subnet, "public-b"), "id")],
    "rds-no-way-out",
  ),
];

export const backupMutations: readonly Mutation[] = [
  set(
    restoreTests,
    "recoveryPointSelection.includeVaults",
    ["arn:aws:backup:ap-southeast-2:123456789012:backup-vault:other"],
    "backup-restore-tests-are-private",
    production,
  ),
  unset(testedCopies, "restoreMetadataOverrides.dbSubnetGroupName", "backup-restore-tests-are-private", production),
  set(
    testedCopies,
    "restoreMetadataOverrides.publiclyAccessible",
    "true",
    "backup-restore-tests-are-private",
    production,
  ),
  remove(plan, "backup-of-the-database", production),
  remove(selection, "backup-of-the-database", production),
  remove(vault, "backup-of-the-database", production),
  set(selection, "resources", [], "backup-of-the-database", production),
  set(
    selection,
    "resources",
    ["arn:aws:rds:ap-southeast-2:123456789012:db:other"],
    "backup-of-the-database",
    production,
  ),
  set(selection, "notResources", [outputOf(database)], "backup-of-the-database", production),
  set(selection, "planId", "other", "backup-of-the-database", production),
  set(plan, "rules", [], "backup-of-the-database", production),
  set(plan, "rules[daily].targetVaultName", "Default", "backup-of-the-database", production),
  set(plan, "rules[daily].schedule", "cron(0 19 1 * ? *)", "backup-of-the-database", production),
  unset(plan, "rules[daily].schedule", "backup-of-the-database", production),
  set(plan, "rules[daily].lifecycle.deleteAfter", 1, "backup-of-the-database", production),
  unset(plan, "rules[daily].lifecycle", "backup-of-the-database", production),
  remove(lock, "backup-vault-locked", production),
  set(lock, "backupVaultName", "other", "backup-vault-locked", production),
  unset(lock, "minRetentionDays", "backup-vault-lock-minimum", production),
  set(lock, "minRetentionDays", 1, "backup-vault-lock-minimum", production),
  unset(vault, "kmsKeyArn", "backup-own-key", production),
  set(vault, "forceDestroy", true, "protected-in-production", production),
  setOption(vault, { protect: false }, "protected-in-production", production),
];
