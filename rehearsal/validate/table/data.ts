import type { CallTable } from "../call-rule.ts";

const destroyOnly = "The provider reads it when it deletes the resource.";

/** Database, buckets, keys, backups, secrets and permissions. */
export const dataCalls: CallTable = {
  "aws:rds/instance:Instance": {
    calls: [
      {
        service: "rds",
        operation: "CreateDBInstance",
        names: {
          identifier: "DBInstanceIdentifier",
          instanceClass: "DBInstanceClass",
          username: "MasterUsername",
          parameterGroupName: "DBParameterGroupName",
          caCertIdentifier: "CACertificateIdentifier",
          backupWindow: "PreferredBackupWindow",
          maintenanceWindow: "PreferredMaintenanceWindow",
          iamDatabaseAuthenticationEnabled: "EnableIAMDatabaseAuthentication",
          performanceInsightsEnabled: "EnablePerformanceInsights",
          enabledCloudwatchLogsExports: "EnableCloudwatchLogsExports",
        },
      },
      {
        service: "rds",
        operation: "ModifyDBInstance",
        inputs: ["identifier", "allowMajorVersionUpgrade", "applyImmediately"],
        names: { identifier: "DBInstanceIdentifier" },
      },
    ],
    remove: [
      {
        service: "rds",
        operation: "DeleteDBInstance",
        inputs: ["identifier", "skipFinalSnapshot", "finalSnapshotIdentifier", "deleteAutomatedBackups"],
        names: { identifier: "DBInstanceIdentifier", finalSnapshotIdentifier: "FinalDBSnapshotIdentifier" },
      },
    ],
  },
  "aws:rds/subnetGroup:SubnetGroup": {
    calls: [
      {
        service: "rds",
        operation: "CreateDBSubnetGroup",
        names: { name: "DBSubnetGroupName", description: "DBSubnetGroupDescription" },
      },
    ],
  },
  "aws:rds/parameterGroup:ParameterGroup": {
    calls: [
      {
        service: "rds",
        operation: "CreateDBParameterGroup",
        names: { name: "DBParameterGroupName", family: "DBParameterGroupFamily" },
      },
      {
        service: "rds",
        operation: "ModifyDBParameterGroup",
        inputs: ["name", "parameters"],
        names: {
          name: "DBParameterGroupName",
          "parameters.name": "ParameterName",
          "parameters.value": "ParameterValue",
        },
      },
    ],
  },
  "aws:rds/eventSubscription:EventSubscription": {
    calls: [
      {
        service: "rds",
        operation: "CreateEventSubscription",
        names: { name: "SubscriptionName", snsTopic: "SnsTopicArn" },
      },
    ],
  },
  "aws:kms/key:Key": {
    answers: (read) => ({ id: read("KeyMetadata.KeyId"), arn: read("KeyMetadata.Arn") }),
    calls: [
      { service: "kms", operation: "CreateKey" },
      {
        service: "kms",
        operation: "EnableKeyRotation",
        when: ({ inputs }) => inputs["enableKeyRotation"] === true,
        sets: (take, { id }) => ({ KeyId: take("enableKeyRotation") && id }),
      },
    ],
    remove: [
      {
        service: "kms",
        operation: "ScheduleKeyDeletion",
        sets: (take, { id }) => ({ KeyId: id, PendingWindowInDays: take("deletionWindowInDays") }),
      },
    ],
  },
  "aws:kms/alias:Alias": { calls: [{ service: "kms", operation: "CreateAlias", names: { name: "AliasName" } }] },
  "aws:backup/vault:Vault": {
    calls: [
      {
        service: "backup",
        operation: "CreateBackupVault",
        names: { name: "BackupVaultName", kmsKeyArn: "EncryptionKeyArn", tags: "BackupVaultTags" },
      },
    ],
    unsent: { forceDestroy: destroyOnly },
  },
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": {
    calls: [{ service: "backup", operation: "PutBackupVaultLockConfiguration" }],
  },
  "aws:backup/plan:Plan": {
    answers: (read) => ({ id: read("BackupPlanId"), arn: read("BackupPlanArn") }),
    calls: [
      {
        service: "backup",
        operation: "CreateBackupPlan",
        names: {
          name: "BackupPlan.BackupPlanName",
          tags: "BackupPlanTags",
          rules: "BackupPlan.Rules",
          "rules.targetVaultName": "TargetBackupVaultName",
          "rules.schedule": "ScheduleExpression",
          "rules.startWindow": "StartWindowMinutes",
          "rules.completionWindow": "CompletionWindowMinutes",
          "rules.lifecycle.deleteAfter": "DeleteAfterDays",
        },
      },
    ],
  },
  "aws:backup/selection:Selection": {
    calls: [
      {
        service: "backup",
        operation: "CreateBackupSelection",
        names: {
          planId: "BackupPlanId",
          name: "BackupSelection.SelectionName",
          iamRoleArn: "BackupSelection.IamRoleArn",
          resources: "BackupSelection.Resources",
        },
      },
    ],
  },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": {
    calls: [
      {
        service: "backup",
        operation: "CreateRestoreTestingPlan",
        names: {
          name: "RestoreTestingPlan.RestoreTestingPlanName",
          scheduleExpression: "RestoreTestingPlan.ScheduleExpression",
          scheduleExpressionTimezone: "RestoreTestingPlan.ScheduleExpressionTimezone",
          startWindowHours: "RestoreTestingPlan.StartWindowHours",
          recoveryPointSelection: "RestoreTestingPlan.RecoveryPointSelection",
        },
      },
    ],
  },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": {
    calls: [
      {
        service: "backup",
        operation: "CreateRestoreTestingSelection",
        names: {
          name: "RestoreTestingSelection.RestoreTestingSelectionName",
          iamRoleArn: "RestoreTestingSelection.IamRoleArn",
          protectedResourceType: "RestoreTestingSelection.ProtectedResourceType",
          protectedResourceArns: "RestoreTestingSelection.ProtectedResourceArns",
          restoreMetadataOverrides: "RestoreTestingSelection.RestoreMetadataOverrides",
          validationWindowHours: "RestoreTestingSelection.ValidationWindowHours",
        },
      },
    ],
  },
  "aws:s3/bucket:Bucket": {
    calls: [
      {
        service: "s3",
        operation: "CreateBucket",
        sets: (_take, { outputs }) => ({
          "CreateBucketConfiguration.LocationConstraint": String(outputs["bucketRegionalDomainName"]).split(".").at(-3),
        }),
      },
      { service: "s3", operation: "PutBucketTagging", inputs: ["bucket", "tags"], names: { tags: "Tagging.TagSet" } },
    ],
    unsent: { forceDestroy: destroyOnly },
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": {
    calls: [
      {
        service: "s3",
        operation: "PutPublicAccessBlock",
        names: {
          blockPublicAcls: "PublicAccessBlockConfiguration.BlockPublicAcls",
          blockPublicPolicy: "PublicAccessBlockConfiguration.BlockPublicPolicy",
          ignorePublicAcls: "PublicAccessBlockConfiguration.IgnorePublicAcls",
          restrictPublicBuckets: "PublicAccessBlockConfiguration.RestrictPublicBuckets",
        },
      },
    ],
  },
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": {
    calls: [{ service: "s3", operation: "PutBucketOwnershipControls", names: { rule: "OwnershipControls.Rules" } }],
  },
  "aws:s3/bucketVersioning:BucketVersioning": { calls: [{ service: "s3", operation: "PutBucketVersioning" }] },
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": {
    calls: [
      {
        service: "s3",
        operation: "PutBucketEncryption",
        names: {
          rules: "ServerSideEncryptionConfiguration.Rules",
          "rules.blockedEncryptionTypes": "BlockedEncryptionTypes.EncryptionType",
        },
      },
    ],
  },
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": {
    calls: [
      {
        service: "s3",
        operation: "PutBucketLifecycleConfiguration",
        names: { rules: "LifecycleConfiguration.Rules" },
      },
    ],
  },
  "aws:s3/bucketPolicy:BucketPolicy": { calls: [{ service: "s3", operation: "PutBucketPolicy" }] },
  "aws:s3/bucketObjectv2:BucketObjectv2": {
    calls: [
      {
        service: "s3",
        operation: "PutObject",
        names: { content: "Body" },
        sets: (take) => ({ Tagging: new URLSearchParams(take("tags") as Record<string, string>).toString() }),
      },
    ],
  },
  "aws:s3/bucketLogging:BucketLogging": {
    calls: [
      {
        service: "s3",
        operation: "PutBucketLogging",
        names: {
          targetBucket: "BucketLoggingStatus.LoggingEnabled.TargetBucket",
          targetPrefix: "BucketLoggingStatus.LoggingEnabled.TargetPrefix",
          targetObjectKeyFormat: "BucketLoggingStatus.LoggingEnabled.TargetObjectKeyFormat",
        },
      },
    ],
  },
  "aws:secretsmanager/secret:Secret": {
    calls: [{ service: "secretsmanager", operation: "CreateSecret" }],
    answers: (read) => ({ id: read("ARN"), arn: read("ARN") }),
    remove: [
      {
        service: "secretsmanager",
        operation: "DeleteSecret",
        inputs: ["recoveryWindowInDays"],
        sets: (_take, { id }) => ({ SecretId: id }),
      },
    ],
  },
  "aws:secretsmanager/secretVersion:SecretVersion": {
    calls: [{ service: "secretsmanager", operation: "PutSecretValue" }],
  },
  "aws:iam/role:Role": {
    calls: [
      {
        service: "iam",
        operation: "CreateRole",
        names: { name: "RoleName", assumeRolePolicy: "AssumeRolePolicyDocument" },
      },
    ],
  },
  "aws:iam/rolePolicy:RolePolicy": {
    calls: [
      {
        service: "iam",
        operation: "PutRolePolicy",
        names: { name: "PolicyName", role: "RoleName", policy: "PolicyDocument" },
      },
    ],
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": {
    calls: [{ service: "iam", operation: "AttachRolePolicy", names: { role: "RoleName" } }],
  },
};
