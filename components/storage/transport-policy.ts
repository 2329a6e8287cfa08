import * as pulumi from "@pulumi/pulumi";

/**
 * Statements of a bucket policy that refuse any request without TLS (AWS FSBP S3.5), and any below TLS 1.2 (AWS
 * "Enforce TLS 1.2 or higher for Amazon S3 buckets").
 *
 * @param bucketArn ARN of the bucket that the policy belongs to
 */
export function transportStatements(bucketArn: pulumi.Input<string>) {
  const Resource = [bucketArn, pulumi.interpolate`${bucketArn}/*`];
  const denyAll = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource };
  return [
    { Sid: "RefusePlainHttp", ...denyAll, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "RefuseOldTls", ...denyAll, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}
