import { beforeAll, describe, expect, it } from "vitest";
import { type PlannedProgram, testTags } from "../../support/plan-component.ts";
import { planStorage, statementsOf, transportStatementsOf } from "./plan-storage.ts";

const name = "portal-production-access-logs";
let production: PlannedProgram;
let staging: PlannedProgram;

beforeAll(async () => {
  production = await planStorage({ destroyable: false });
  staging = await planStorage({ destroyable: true });
});

const setting = (type: string) => production.only(`aws:s3/${type}`, name).inputs;

describe("the access log bucket", () => {
  it("is protected in production and destroyable in staging", () => {
    const bucket = production.only("aws:s3/bucket:Bucket", name);
    expect(bucket).toMatchObject({ protect: true, inputs: { forceDestroy: false } });
    expect(bucket.inputs["tags"]).toEqual({ ...testTags, Name: name });
    expect(staging.only("aws:s3/bucket:Bucket", name)).toMatchObject({
      protect: false,
      inputs: { forceDestroy: true },
    });
  });

  it("is encrypted by S3's own keys: a load balancer writes no other", () => {
    expect(
      setting("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")["rules"],
    ).toMatchObject([{ applyServerSideEncryptionByDefault: { sseAlgorithm: "AES256" }, bucketKeyEnabled: false }]);
  });

  it("is private and has no ACLs", () => {
    expect(setting("bucketPublicAccessBlock:BucketPublicAccessBlock")).toMatchObject({
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    });
    expect(setting("bucketOwnershipControls:BucketOwnershipControls")["rule"]).toEqual({
      objectOwnership: "BucketOwnerEnforced",
    });
  });

  it("keeps logs for the days given, without versions", () => {
    expect(setting("bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]).toMatchObject([
      { id: "expire-logs", status: "Enabled", filter: { prefix: "" }, expiration: { days: 365 } },
      { id: "abort-unfinished-uploads", abortIncompleteMultipartUpload: { daysAfterInitiation: 7 } },
    ]);
    expect(production.all("aws:s3/bucketVersioning:BucketVersioning").map((resource) => resource.name)).toEqual([
      "portal-production-uploads",
    ]);
  });

  it("lets load balancers and this stage's buckets write, each in its folder, and over TLS only", () => {
    const { arn } = production.only("aws:s3/bucket:Bucket", name).outputs;
    expect(statementsOf(production.only("aws:s3/bucketPolicy:BucketPolicy", name))).toEqual([
      {
        Sid: "LoadBalancerLogs",
        Effect: "Allow",
        Principal: { Service: "logdelivery.elasticloadbalancing.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${arn}/AWSLogs/123456789012/*`,
        Condition: {
          StringEqualsIfExists: { "aws:SourceAccount": "123456789012" },
          ArnLikeIfExists: {
            "aws:SourceArn": "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/*",
          },
        },
      },
      {
        Sid: "ServerAccessLogs",
        Effect: "Allow",
        Principal: { Service: "logging.s3.amazonaws.com" },
        Action: "s3:PutObject",
        Resource: `${arn}/s3/*`,
        Condition: {
          StringEquals: { "aws:SourceAccount": "123456789012" },
          ArnLike: { "aws:SourceArn": "arn:aws:s3:::portal-production-*" },
        },
      },
      ...transportStatementsOf(arn),
    ]);
  });

  it("names its buckets so that its own policy lets their logs in", () => {
    const uploads = String(production.only("aws:s3/bucket:Bucket", "portal-production-uploads").outputs["arn"]);
    expect(uploads.startsWith("arn:aws:s3:::portal-production-")).toBe(true);
  });

  it("does not log itself", () => {
    const logged = production.all("aws:s3/bucketLogging:BucketLogging").map((resource) => resource.name);
    expect(logged).toEqual(["portal-production-uploads"]);
  });

  it("says its name, its ARN and the policy that the load balancer waits for", () => {
    const component = production.only("celebrant:storage:AccessLogsBucket");
    const bucket = production.only("aws:s3/bucket:Bucket", name);
    expect(production.outputs["logs"]).toEqual({
      name: bucket.id,
      arn: `arn:aws:s3:::${bucket.id}`,
      policyOf: bucket.id,
    });
    const children = production.resources.filter((resource) => resource.name === name);
    expect(children.map(({ parentUrn }) => parentUrn)).toEqual(Array(6).fill(component.urn));
  });
});
