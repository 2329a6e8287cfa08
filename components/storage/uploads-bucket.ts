import { BucketLogging } from "@pulumi/aws/s3/bucketLogging.js";
import * as pulumi from "@pulumi/pulumi";
import { child, type Scope, type Tags } from "../scope.ts";
import { serverAccessLogPrefix } from "./access-logs-bucket.ts";
import { createPrivateBucket } from "./private-bucket.ts";

/** What the uploads bucket of a stage is like. Nothing here replaces the bucket. */
export interface UploadsBucketArgs {
  /** Days that a replaced or deleted upload can still be restored. */
  readonly noncurrentVersionDays: number;
  /** Bucket that requests are logged to, `AccessLogsBucket.bucketName`. */
  readonly accessLogsBucketName: pulumi.Input<string>;
  /** Policy that lets S3 write there, `AccessLogsBucket.policy`. Logging starts after it. */
  readonly accessLogsBucketPolicy: pulumi.Resource;
  /** Whether `pulumi destroy` may delete the bucket with all uploads. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  readonly tags: Tags;
}

/**
 * The bucket of files that couples and celebrants upload (guide T4): private, versioned, encrypted, TLS only.
 *
 * Encryption is SSE-KMS by the account's `aws/s3` key (AWS Security Hub S3.17). CloudTrail records each use of the key,
 * and no principal of another account can read an object, whatever a policy says. A key of the stack's own would add a
 * grant to every role that reads, and the uploads could be lost by deleting the key. It would protect nothing that the
 * bucket's policy does not protect already. The bucket key saves a call of KMS for each object.
 */
export class UploadsBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;

  constructor(name: string, args: UploadsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:storage:UploadsBucket", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const { bucket } = createPrivateBucket(scope, {
      what: "uploads",
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
      statements: () => [],
      destroyable: args.destroyable,
    });
    createRequestLogging(scope, { ...args, bucketName: bucket.bucket });

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/** Logs every request to the access log bucket (AWS FSBP S3.9), one folder for each day. */
function createRequestLogging(
  scope: Scope,
  args: UploadsBucketArgs & { readonly bucketName: pulumi.Output<string> },
): void {
  const { logicalName, opts } = child(scope, "uploads");
  new BucketLogging(
    logicalName,
    {
      bucket: args.bucketName,
      targetBucket: args.accessLogsBucketName,
      targetPrefix: serverAccessLogPrefix,
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    },
    { ...opts, dependsOn: args.accessLogsBucketPolicy },
  );
}
