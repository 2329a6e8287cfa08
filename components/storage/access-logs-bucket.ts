import type { BucketPolicy } from "@pulumi/aws/s3/bucketPolicy.js";
import * as pulumi from "@pulumi/pulumi";
import type { Scope, Tags } from "../scope.ts";
import { createPrivateBucket } from "./private-bucket.ts";

/** Where S3 puts the logs of other buckets' requests. The load balancer's logs are under `AWSLogs/`. */
export const serverAccessLogPrefix = "s3/";

/** What the access log bucket of a stage is like. Nothing here replaces the bucket. */
export interface AccessLogsBucketArgs {
  /** Days that access logs are kept. */
  readonly retentionDays: number;
  /** Whether `pulumi destroy` may delete the bucket with all logs. Otherwise Pulumi refuses. */
  readonly destroyable: boolean;
  /** Region of the load balancer. The bucket must be in the same region. */
  readonly region: string;
  /** Account of the load balancer and of the logged buckets. */
  readonly accountId: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * The bucket of access logs: the load balancer's, and those of the stage's other buckets.
 *
 * Encryption is SSE-S3, the only kind that a load balancer can write (AWS "Enable access logs for your Application Load
 * Balancer") and the only kind for server access logs with a service principal. The bucket does not log its own
 * requests: every log would cause another one (AWS FSBP S3.9 says to suppress the finding for such a bucket).
 */
export class AccessLogsBucket extends pulumi.ComponentResource {
  readonly bucketName: pulumi.Output<string>;
  readonly bucketArn: pulumi.Output<string>;
  /** The load balancer tests a write when logging is switched on, so it must depend on this. */
  readonly policy: BucketPolicy;

  constructor(name: string, args: AccessLogsBucketArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:storage:AccessLogsBucket", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const { bucket, policy } = createPrivateBucket(scope, {
      what: "access-logs",
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
      statements: (bucketArn) => [loadBalancerStatement(bucketArn, args), serverAccessStatement(bucketArn, name, args)],
      destroyable: args.destroyable,
    });

    this.bucketName = bucket.bucket;
    this.bucketArn = bucket.arn;
    this.policy = policy;
    this.registerOutputs({ bucketName: this.bucketName, bucketArn: this.bucketArn });
  }
}

/**
 * Load balancers of this account and region may write under this account's folder (AWS "Enable access logs for your
 * Application Load Balancer").
 *
 * The folder keeps other accounts' load balancers out: ELB writes under the id of the account that owns the load
 * balancer. The conditions also use `IfExists`, because ELB does not always name its source. Without `IfExists` a missing
 * key would refuse the write, and the load balancer's attributes could not be set.
 */
function loadBalancerStatement(bucketArn: pulumi.Output<string>, { region, accountId }: AccessLogsBucketArgs): object {
  return {
    Sid: "LoadBalancerLogs",
    Effect: "Allow",
    Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucketArn}/AWSLogs/${accountId}/*`,
    Condition: {
      StringEqualsIfExists: { "aws:SourceAccount": accountId },
      ArnLikeIfExists: {
        "aws:SourceArn": pulumi.interpolate`arn:aws:elasticloadbalancing:${region}:${accountId}:loadbalancer/*`,
      },
    },
  };
}

/**
 * S3 may write request logs of this stage's buckets, whose names begin with the stage's name (AWS "Enabling Amazon S3
 * server access logging").
 */
function serverAccessStatement(
  bucketArn: pulumi.Output<string>,
  name: string,
  { accountId }: AccessLogsBucketArgs,
): object {
  return {
    Sid: "ServerAccessLogs",
    Effect: "Allow",
    Principal: { Service: "logging.s3.amazonaws.com" },
    Action: "s3:PutObject",
    Resource: pulumi.interpolate`${bucketArn}/${serverAccessLogPrefix}*`,
    Condition: {
      StringEquals: { "aws:SourceAccount": accountId },
      ArnLike: { "aws:SourceArn": `arn:aws:s3:::${name}-*` },
    },
  };
}
