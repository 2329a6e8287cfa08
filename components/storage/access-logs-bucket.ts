import type { Bucket } from "@pulumi/aws/s3/bucket.js";
import { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { createPrivateBucket } from "./private-bucket.ts";
import { transportStatements } from "./transport-policy.ts";

/** Where S3 puts the logs of other buckets' requests. The load balancer's lie under `AWSLogs/`. */
export const serverAccessLogPrefix = "s3/";

/** What the access log bucket of a stage is like. Nothing here replaces the bucket. */
export interface AccessLogsBucketArgs {
  /** Days that access logs are kept. */
  readonly retentionDays: number;
  /** Whether `pulumi destroy` may delete the bucket with all logs. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  /** Region of the load balancer: the bucket must lie in the same. */
  readonly region: string;
  /** Account of the load balancer and of the logged buckets. */
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * The bucket of access logs: the load balancer's, and those of the stage's other buckets.
 *
 * Encryption is SSE-S3, the only one that a load balancer writes (AWS "Enable access logs for your Application Load
 * Balancer") and the only one of a target of server access logs with a service principal. Its own requests are not
 * logged: logs of logs would never end (AWS FSBP S3.9 says to suppress the finding for such a bucket).
 */
export class AccessLogsBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** The load balancer tries a write when logging is switched on: it must depend on this. */
  readonly policy: BucketPolicy;

  constructor(name: string, args: AccessLogsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:storage:AccessLogsBucket", name, {}, opts);
    const logicalName = `${name}-access-logs`;
    const { bucket, publicAccessBlock } = createPrivateBucket(logicalName, {
      encryption: "AES256",
      versioned: false,
      lifecycleRules: [
        {
          id: "expire-logs",
          status: "Enabled",
          filter: { prefix: "" },
          expiration: { days: args.retentionDays },
        },
      ],
      destroyable: args.destroyable,
      tags: args.tags,
      parent: this,
    });
    this.policy = new BucketPolicy(
      logicalName,
      {
        bucket: bucket.bucket,
        policy: pulumi.jsonStringify({
          Version: "2012-10-17",
          Statement: [
            loadBalancerStatement(bucket, args),
            serverAccessStatement(bucket, name, args),
            ...transportStatements(bucket.arn),
          ],
        }),
      },
      // S3 answers 409 when both are put at once.
      { parent: this, dependsOn: publicAccessBlock },
    );

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/**
 * Load balancers of this account and region may write under this account's folder (AWS "Enable access logs for your
 * Application Load Balancer").
 *
 * The folder is what keeps other accounts' load balancers out: ELB writes under the id of the account that owns the load
 * balancer. The conditions hold where ELB names its source and pass where it does not: without `IfExists` a
 * missing key refuses the write, and with it the load balancer's attributes.
 */
function loadBalancerStatement(bucket: Bucket, { region, accountId }: AccessLogsBucketArgs) {
  return {
    Sid: "LoadBalancerLogs",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucket.arn}/AWSLogs/${accountId}/*`,
    Condition: {
      StringEqualsIfExists: { "aws:SourceAccount": accountId },
      ArnLikeIfExists: {
        "aws:SourceArn": pulumi.interpolate`arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/*`,
      },
    },
  };
}

/** S3 may write request logs of this stage's buckets, whose names begin with the stage's (AWS "Enabling Amazon S3 server access logging"). */
function serverAccessStatement(bucket: Bucket, name: string, { accountId }: AccessLogsBucketArgs) {
  return {
    Sid: "ServerAccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucket.arn}/${serverAccessLogPrefix}*`,
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${name}-*` },
    },
  };
}
