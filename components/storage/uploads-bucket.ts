import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { serverAccessLogPrefix } from "./access-logs-bucket.ts";
import { createPrivateBucket } from "./private-bucket.ts";
import { transportStatements } from "./transport-policy.ts";

/** What the uploads bucket of a stage is like. Nothing here replaces the bucket. */
export interface UploadsBucketArgs {
  /** Days that a replaced or deleted upload can still be restored. */
  readonly noncurrentVersionDays: number;
  /** Bucket that requests are logged to, `AccessLogsBucket.bucketName`. */
  readonly accessLogsBucketName: pulumi.Input<string>;
  /** Policy that lets S3 write there, `AccessLogsBucket.policy`; logging starts after it. */
  readonly accessLogsBucketPolicy: pulumi.Resource;
  /** Whether `pulumi destroy` may delete the bucket with all uploads. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/**
 * The bucket of files that couples and celebrants upload (guide T4): private, versioned, encrypted, TLS only.
 *
 * Encryption is SSE-KMS by the account's `aws/s3` key (AWS Security Hub S3.17): each use of the key is in CloudTrail,
 * and no principal of another account can read an object whatever a policy says. A key of the stack's own would add a
 * grant to every role that reads, and a way to lose the uploads by deleting a key, and nothing that the bucket's policy
 * does not already say. The bucket key keeps KMS from being called for each object.
 */
export class UploadsBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: UploadsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:storage:UploadsBucket", name, {}, opts);
    const logicalName = `${name}-uploads`;
    const { bucket, publicAccessBlock } = createPrivateBucket(logicalName, {
      encryption: "aws:kms",
      versioned: true,
      lifecycleRules: [
        {
          id: "expire-noncurrent-versions",
          status: "Enabled",
          filter: { prefix: "" },
          noncurrentVersionExpiration: { noncurrentDays: args.noncurrentVersionDays },
          expiration: { expiredObjectDeleteMarker: true },
        },
      ],
      destroyable: args.destroyable,
      tags: args.tags,
      parent: this,
    });
    new BucketPolicy(
      logicalName,
      {
        bucket: bucket.bucket,
        policy: pulumi.jsonStringify({ Version: "2012-10-17", Statement: transportStatements(bucket.arn) }),
      },
      // S3 answers 409 when both are put at once.
      { parent: this, dependsOn: publicAccessBlock },
    );
    logRequests(logicalName, bucket.bucket, args, this);

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/** Logs every request to the bucket (AWS FSBP S3.9), one folder a day. */
function logRequests(
  logicalName: string,
  bucket: pulumi.Output<string>,
  args: UploadsBucketArgs,
  parent: pulumi.Resource,
): void {
  new BucketLogging(
    logicalName,
    {
      bucket,
      targetBucket: args.accessLogsBucketName,
      targetPrefix: serverAccessLogPrefix,
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    },
    { parent, dependsOn: args.accessLogsBucketPolicy },
  );
}
