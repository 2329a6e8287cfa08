import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type { s3 } from "@pulumi/aws/types/input.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope } from "../scope.ts";

/** How one private bucket differs from another. */
export interface PrivateBucketArgs {
  /** Last part of the logical name. */
  readonly what: string;
  /** `aws:kms` encrypts by the account's `aws/s3` key through a bucket key, `AES256` by keys that S3 manages. */
  readonly encryption: "aws:kms" | "AES256";
  /** Whether a replaced or deleted object stays as a noncurrent version. */
  readonly versioned: boolean;
  /** What expires when. Unfinished uploads expire after seven days in any case. */
  readonly lifecycleRules: readonly s3.BucketLifecycleConfigurationRule[];
  /** Statements of the bucket policy, by the bucket's ARN. The statements that refuse old or no TLS are added. */
  readonly statements: (bucketArn: pulumi.Output<string>) => readonly object[];
  /** Whether `pulumi destroy` may delete the bucket and everything in it. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
}

/** A bucket and its policy. */
export interface PrivateBucket {
  readonly bucket: Bucket;
  readonly policy: BucketPolicy;
}

/**
 * Creates a bucket with public access blocked (AWS FSBP S3.8), ACLs off (S3.12), encryption, a lifecycle (S3.13) and a
 * policy that refuses requests without TLS.
 */
export function createPrivateBucket(scope: Scope, args: PrivateBucketArgs): PrivateBucket {
  const { logicalName, tags, opts } = child(scope, args.what);
  const { destroyable } = args;
  const bucket = new Bucket(logicalName, { forceDestroy: destroyable, tags }, { ...opts, protect: !destroyable });
  const publicAccessBlock = new BucketPublicAccessBlock(
    logicalName,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    opts,
  );
  new BucketOwnershipControls(
    logicalName,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    opts,
  );
  createEncryption(scope, { ...args, bucket });
  createLifecycle(scope, { ...args, bucket });
  const policy = new BucketPolicy(
    logicalName,
    {
      bucket: bucket.bucket,
      policy: pulumi.jsonStringify({
        Version: "2012-10-17",
        Statement: [...args.statements(bucket.arn), ...transportStatements(bucket.arn)],
      }),
    },
    // S3 answers 409 when both are put at once.
    { ...opts, dependsOn: publicAccessBlock },
  );
  return { bucket, policy };
}

type SettingArgs = PrivateBucketArgs & { readonly bucket: Bucket };

/** Refuses objects under keys that the client brings (SSE-C): whoever holds such a key could lock everybody out. */
function createEncryption(scope: Scope, { what, encryption, bucket }: SettingArgs): void {
  const { logicalName, opts } = child(scope, what);
  new BucketServerSideEncryptionConfiguration(
    logicalName,
    {
      bucket: bucket.bucket,
      rules: [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: encryption },
          bucketKeyEnabled: encryption === "aws:kms",
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    },
    opts,
  );
}

/** Parts of an unfinished upload are invisible and cost money. */
const abortUnfinishedUploads: s3.BucketLifecycleConfigurationRule = {
  id: "abort-unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

/** Creates the versioning, where asked for, and after it the lifecycle, whose rules may name noncurrent versions. */
function createLifecycle(scope: Scope, { what, versioned, lifecycleRules, bucket }: SettingArgs): void {
  const { logicalName, opts } = child(scope, what);
  const versioning = versioned
    ? new BucketVersioning(logicalName, { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } }, opts)
    : undefined;
  new BucketLifecycleConfiguration(
    logicalName,
    { bucket: bucket.bucket, rules: [...lifecycleRules, abortUnfinishedUploads] },
    { ...opts, dependsOn: versioning },
  );
}

/**
 * Refuses any request without TLS (AWS FSBP S3.5), and any below TLS 1.2 (AWS "Enforce TLS 1.2 or higher for Amazon S3
 * buckets").
 */
function transportStatements(bucketArn: pulumi.Output<string>): readonly object[] {
  const Resource = [bucketArn, pulumi.interpolate`${bucketArn}/*`];
  const denyAll = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource };
  return [
    { Sid: "RefusePlainHttp", ...denyAll, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "RefuseOldTls", ...denyAll, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}
