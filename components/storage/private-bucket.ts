import { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketLifecycleConfiguration } from "@pulumi/aws/s3/bucketLifecycleConfiguration.js";
import { BucketOwnershipControls } from "@pulumi/aws/s3/bucketOwnershipControls.js";
import { BucketPublicAccessBlock } from "@pulumi/aws/s3/bucketPublicAccessBlock.js";
import { BucketServerSideEncryptionConfiguration } from "@pulumi/aws/s3/bucketServerSideEncryptionConfiguration.js";
import { BucketVersioning } from "@pulumi/aws/s3/bucketVersioning.js";
import type { s3 } from "@pulumi/aws/types/input.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/** How a bucket that nobody outside the account can read differs from another. */
export interface PrivateBucketArgs {
  /** `aws:kms` encrypts by the account's `aws/s3` key through a bucket key, `AES256` by keys that S3 manages. */
  readonly encryption: "aws:kms" | "AES256";
  /** Whether a replaced or deleted object stays as a noncurrent version. */
  readonly versioned: boolean;
  /** What expires when. Uploads that were never finished expire after seven days in any case. */
  readonly lifecycleRules: readonly s3.BucketLifecycleConfigurationRule[];
  /** Whether `pulumi destroy` may delete the bucket with all that is in it; otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  readonly tags: Tags;
  readonly parent: pulumi.Resource;
}

/** A bucket, and what a policy of it must wait for. */
export interface PrivateBucket {
  readonly bucket: Bucket;
  readonly publicAccessBlock: BucketPublicAccessBlock;
}

/**
 * Creates a bucket with public access blocked (AWS FSBP S3.8), ACLs off (S3.12), encryption, and a lifecycle (S3.13).
 * The bucket policy is the caller's.
 */
export function createPrivateBucket(logicalName: string, args: PrivateBucketArgs): PrivateBucket {
  const { parent, destroyable } = args;
  const bucket = new Bucket(
    logicalName,
    { forceDestroy: destroyable, tags: { ...args.tags, Name: logicalName } },
    { parent, protect: !destroyable },
  );
  const publicAccessBlock = new BucketPublicAccessBlock(
    logicalName,
    {
      bucket: bucket.bucket,
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    },
    { parent },
  );
  new BucketOwnershipControls(
    logicalName,
    { bucket: bucket.bucket, rule: { objectOwnership: "BucketOwnerEnforced" } },
    { parent },
  );
  encrypt(logicalName, bucket, args);
  const versioning = args.versioned ? keepVersions(logicalName, bucket, parent) : undefined;
  new BucketLifecycleConfiguration(
    logicalName,
    { bucket: bucket.bucket, rules: [...args.lifecycleRules, abortUnfinishedUploads] },
    // Rules for noncurrent versions mean nothing before there are versions.
    { parent, ...(versioning === undefined ? {} : { dependsOn: versioning }) },
  );
  return { bucket, publicAccessBlock };
}

/** Parts of an upload that was never finished are invisible and paid for. */
const abortUnfinishedUploads: s3.BucketLifecycleConfigurationRule = {
  id: "abort-unfinished-uploads",
  status: "Enabled",
  filter: { prefix: "" },
  abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
};

/** Objects under keys that the client brings (SSE-C) are refused: whoever holds such a key could lock everybody out. */
function encrypt(logicalName: string, bucket: Bucket, { encryption, parent }: PrivateBucketArgs): void {
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
    { parent },
  );
}

function keepVersions(logicalName: string, bucket: Bucket, parent: pulumi.Resource): BucketVersioning {
  return new BucketVersioning(
    logicalName,
    { bucket: bucket.bucket, versioningConfiguration: { status: "Enabled" } },
    { parent },
  );
}
