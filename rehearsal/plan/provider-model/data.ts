import {
  arn,
  globalArn,
  named,
  physicalName,
  plain,
  type ResourceModel,
  type ServiceModel,
  stableHex,
  textInput,
} from "./model.ts";

/** An object of a bucket, known by its key. */
const object: ResourceModel = (question) => ({ id: textInput(question, "key"), state: {} });

/** A setting of a bucket: its id is the bucket's name. */
const ofBucket: ResourceModel = (question) => ({ id: textInput(question, "bucket"), state: {} });

/** Database, buckets, keys, backups and secrets. */
export const dataModel: ServiceModel = {
  "aws:rds/instance:Instance": (question) => {
    const identifier = physicalName(question, "identifier", 63);
    const address = `${identifier}.c${stableHex(question, 11)}.${question.region}.rds.amazonaws.com`;
    const resourceId = `db-${stableHex(question, 26).toUpperCase()}`;
    const port = Number(question.inputs["port"] ?? 5432);
    return {
      id: resourceId,
      state: {
        identifier,
        resourceId,
        arn: arn(question, "rds", `db:${identifier}`),
        address,
        port,
        endpoint: `${address}:${port}`,
        masterUserSecrets: [
          {
            kmsKeyId: arn(question, "kms", `key/${stableHex(question, 12)}`),
            secretArn: arn(question, "secretsmanager", `secret:rds!${resourceId}-${stableHex(question, 6)}`),
            secretStatus: "active",
          },
        ],
      },
    };
  },
  "aws:rds/subnetGroup:SubnetGroup": named("rds", "subgrp:"),
  "aws:rds/parameterGroup:ParameterGroup": named("rds", "pg:"),
  "aws:rds/eventSubscription:EventSubscription": named("rds", "es:"),
  "aws:kms/key:Key": (question) => {
    const keyId = stableHex(question, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
    return { id: keyId, state: { keyId, arn: arn(question, "kms", `key/${keyId}`) } };
  },
  "aws:kms/alias:Alias": (question) => {
    const name = physicalName(question);
    return { id: name, state: { name, arn: arn(question, "kms", name) } };
  },
  "aws:backup/vault:Vault": named("backup", "backup-vault:", { maxLength: 50 }),
  "aws:backup/vaultLockConfiguration:VaultLockConfiguration": plain,
  "aws:backup/vaultPolicy:VaultPolicy": plain,
  "aws:backup/plan:Plan": (question) => {
    const id = stableHex(question, 32);
    return { id, state: { arn: arn(question, "backup", `backup-plan:${id}`), name: physicalName(question) } };
  },
  "aws:backup/selection:Selection": (question) => {
    const name = physicalName(question, "name", 50);
    return { id: stableHex(question, 32), state: { name } };
  },
  "aws:backup/restoreTestingPlan:RestoreTestingPlan": (question) => {
    const name = physicalName(question, "name", 50);
    return { id: name, state: { name, arn: arn(question, "backup", `restore-testing-plan:${name}`) } };
  },
  "aws:backup/restoreTestingSelection:RestoreTestingSelection": (question) => {
    const name = physicalName(question, "name", 50);
    return { id: name, state: { name } };
  },
  "aws:s3/bucket:Bucket": (question) => {
    const bucket = physicalName(question, "bucket", 63);
    return {
      id: bucket,
      state: {
        bucket,
        arn: `arn:aws:s3:::${bucket}`,
        bucketDomainName: `${bucket}.s3.amazonaws.com`,
        bucketRegionalDomainName: `${bucket}.s3.${question.region}.amazonaws.com`,
      },
    };
  },
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": ofBucket,
  "aws:s3/bucketOwnershipControls:BucketOwnershipControls": ofBucket,
  "aws:s3/bucketVersioning:BucketVersioning": ofBucket,
  "aws:s3/bucketObjectv2:BucketObjectv2": object,
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": ofBucket,
  "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": ofBucket,
  "aws:s3/bucketPolicy:BucketPolicy": ofBucket,
  "aws:s3/bucketLogging:BucketLogging": ofBucket,
  "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": ofBucket,
  "aws:s3/bucketNotification:BucketNotification": ofBucket,
  "aws:secretsmanager/secret:Secret": (question) => {
    const name = physicalName(question);
    const secretArn = arn(question, "secretsmanager", `secret:${name}-${stableHex(question, 6)}`);
    return { id: secretArn, state: { name, arn: secretArn } };
  },
  "aws:secretsmanager/secretVersion:SecretVersion": (question) => {
    const versionId = stableHex(question, 32);
    return {
      id: `${textInput(question, "secretId")}|${versionId}`,
      state: { versionId, arn: textInput(question, "secretId") },
    };
  },
  "aws:secretsmanager/secretPolicy:SecretPolicy": plain,
  "aws:ssm/parameter:Parameter": (question) => {
    const name = physicalName(question);
    const path = name.startsWith("/") ? name : `/${name}`;
    return { id: name, state: { name, arn: arn(question, "ssm", `parameter${path}`), version: 1 } };
  },
  "aws:iam/role:Role": (question) => {
    const name = physicalName(question, "name", 64);
    return {
      id: name,
      state: { name, arn: globalArn("iam", `role/${name}`), uniqueId: `AROA${stableHex(question, 17).toUpperCase()}` },
    };
  },
  "aws:iam/policy:Policy": (question) => {
    const name = physicalName(question, "name", 128);
    const policyArn = globalArn("iam", `policy/${name}`);
    return { id: policyArn, state: { name, arn: policyArn } };
  },
  "aws:iam/rolePolicy:RolePolicy": (question) => {
    const name = physicalName(question, "name", 128);
    return { id: `${textInput(question, "role")}:${name}`, state: { name } };
  },
  "aws:iam/rolePolicyAttachment:RolePolicyAttachment": plain,
};
