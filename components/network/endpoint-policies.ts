import * as pulumi from "@pulumi/pulumi";

/**
 * Policy of the S3 gateway endpoint: this account's principals at this account's buckets, and the image layers.
 *
 * A stolen container can then not copy uploads to somebody else's bucket by somebody else's credentials, which no policy
 * of ours would see. The layers of ECR images lie in a bucket of AWS's own and are read through URLs that ECR signs, so
 * that statement names no principal (AWS "Amazon ECR interface VPC endpoints", minimum S3 permissions). Buckets of others
 * in this region are out of reach from the VPC's private subnets.
 */
export function s3EndpointPolicy(args: { accountId: pulumi.Input<string>; region: string }): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnBuckets",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": args.accountId, "aws:ResourceAccount": args.accountId } },
      },
      {
        Sid: "ImageLayers",
        Effect: "Allow",
        Principal: "*",
        Action: "s3:GetObject",
        Resource: `arn:aws:s3:::prod-${args.region}-starport-layer-bucket/*`,
      },
    ],
  });
}

/**
 * Policy of an interface endpoint: principals of this account only. What each may do is said by its own role; the
 * endpoint keeps foreign credentials from using the VPC's way into AWS.
 */
export function interfaceEndpointPolicy(args: { accountId: pulumi.Input<string> }): pulumi.Output<string> {
  return pulumi.jsonStringify({
    Version: "2012-10-17",
    Statement: [
      {
        Sid: "OwnPrincipals",
        Effect: "Allow",
        Principal: "*",
        Action: "*",
        Resource: "*",
        Condition: { StringEquals: { "aws:PrincipalAccount": args.accountId } },
      },
    ],
  });
}
