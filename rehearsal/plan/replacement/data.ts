import { aws, type ReplacementTable } from "./row.ts";

/** Types that hold data, secrets, or the mail that the portal sends. */
export const dataReplacements: ReplacementTable = {
  "aws:backup/plan:Plan": aws("backup_plan", "name"),
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": aws("backup_restore_testing_plan", "name"),
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": aws(
    "backup_restore_testing_selection",
    "name protectedResourceType restoreTestingPlanName",
  ),
  "aws:backup/selection:Selection": aws(
    "backup_selection",
    "conditions iamRoleArn name notResources planId resources selectionTags",
  ),
  "aws:backup/vault:Vault": aws("backup_vault", "kmsKeyArn name"),
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": aws(
    "backup_vault_lock_configuration",
    "backupVaultName changeableForDays maxRetentionDays minRetentionDays",
  ),
  "aws:kms/alias:Alias": aws("kms_alias", "name namePrefix"),
  "aws:kms/key:Key": aws("kms_key", "customKeyStoreId customerMasterKeySpec keyUsage multiRegion xksKeyId"),
  "aws:rds/eventSubscription:EventSubscription": aws("db_event_subscription", "name namePrefix"),
  "aws:rds/instance:Instance": aws(
    "db_instance",
    "availabilityZone backupTarget characterSetName dbName engine identifierPrefix kmsKeyId ncharCharacterSetName restoreToPointInTime s3Import snapshotIdentifier storageEncrypted timezone username",
  ),
  "aws:rds/parameterGroup:ParameterGroup": aws("db_parameter_group", "description family name namePrefix"),
  "aws:rds/subnetGroup:SubnetGroup": aws("db_subnet_group", "name namePrefix"),
  "aws:s3/bucket:Bucket": aws("s3_bucket", "bucket bucketNamespace bucketPrefix objectLockEnabled"),
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": aws(
    "s3_bucket_lifecycle_configuration",
    "bucket expectedBucketOwner",
  ),
  "aws:s3/bucketLogging:BucketLogging": aws("s3_bucket_logging", "bucket expectedBucketOwner"),
  "aws:s3/bucketObjectv2:BucketObjectv2": aws("s3_object", "bucket key"),
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": aws("s3_bucket_ownership_controls", "bucket"),
  "aws:s3/bucketPolicy:BucketPolicy": aws("s3_bucket_policy", "bucket"),
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": aws("s3_bucket_public_access_block", "bucket"),
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": aws(
    "s3_bucket_server_side_encryption_configuration",
    "bucket expectedBucketOwner",
  ),
  "aws:s3/bucketVersioning:BucketVersioning": aws("s3_bucket_versioning", "bucket expectedBucketOwner"),
  "aws:secretsmanager/secret:Secret": aws("secretsmanager_secret", "name namePrefix"),
  "aws:secretsmanager/secretVersion:SecretVersion": aws(
    "secretsmanager_secret_version",
    "secretBinary secretId secretString secretStringWoVersion",
  ),
  "aws:sesv2/configurationSet:ConfigurationSet": aws("sesv2_configuration_set", "configurationSetName"),
  "aws:sesv2/configurationSetEventDestination:ConfigurationSetEventDestination": aws(
    "sesv2_configuration_set_event_destination",
    "configurationSetName eventDestinationName",
  ),
  "aws:sesv2/emailIdentity:EmailIdentity": aws("sesv2_email_identity", "emailIdentity"),
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes": aws(
    "sesv2_email_identity_feedback_attributes",
    "emailIdentity",
  ),
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes": aws(
    "sesv2_email_identity_mail_from_attributes",
    "emailIdentity",
  ),
  "aws:ssm/parameter:Parameter": aws("ssm_parameter", "dataType name"),
};
