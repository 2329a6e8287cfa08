import { beforeAll, describe, expect, it } from "vitest";
import { type PlannedProgram, testTags } from "../../support/plan-component.ts";
import { planStorage, statementsOf, transportStatementsOf } from "./plan-storage.ts";

const name = "portal-production-uploads";
let production: PlannedProgram;
let staging: PlannedProgram;

beforeAll(async () => {
  production = await planStorage({ destroyable: false });
  staging = await planStorage({ destroyable: true });
});

const setting = (type: string) => production.only(`aws:s3/${type}`, name).inputs;

describe("the uploads bucket", () => {
  it("cannot be deleted in production, nor by Pulumi", () => {
    const bucket = production.only("aws:s3/bucket:Bucket", name);
    expect(bucket).toMatchObject({ protect: true, inputs: { forceDestroy: false } });
    expect(bucket.inputs["tags"]).toEqual({ ...testTags, Name: name });
  });

  it("goes with everything in it where it is destroyable", () => {
    expect(staging.only("aws:s3/bucket:Bucket", name)).toMatchObject({
      protect: false,
      inputs: { forceDestroy: true },
    });
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

  it("is encrypted by KMS through a bucket key, and refuses keys that a client brings", () => {
    expect(setting("bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration")["rules"]).toEqual(
      [
        {
          applyServerSideEncryptionByDefault: { sseAlgorithm: "aws:kms" },
          bucketKeyEnabled: true,
          blockedEncryptionTypes: ["SSE-C"],
        },
      ],
    );
  });

  it("keeps versions for the days given, and no unfinished upload", () => {
    expect(setting("bucketVersioning:BucketVersioning")["versioningConfiguration"]).toEqual({ status: "Enabled" });
    expect(setting("bucketLifecycleConfiguration:BucketLifecycleConfiguration")["rules"]).toEqual([
      {
        id: "expire-noncurrent-versions",
        status: "Enabled",
        filter: { prefix: "" },
        noncurrentVersionExpiration: { noncurrentDays: 90 },
        expiration: { expiredObjectDeleteMarker: true },
      },
      {
        id: "abort-unfinished-uploads",
        status: "Enabled",
        filter: { prefix: "" },
        abortIncompleteMultipartUpload: { daysAfterInitiation: 7 },
      },
    ]);
  });

  it("refuses requests without TLS 1.2, and allows nobody anything", () => {
    const bucket = production.only("aws:s3/bucket:Bucket", name);
    expect(statementsOf(production.only("aws:s3/bucketPolicy:BucketPolicy", name))).toEqual(
      transportStatementsOf(bucket.outputs["arn"]),
    );
  });

  it("logs its requests to the access log bucket (FSBP S3.9)", () => {
    expect(production.only("aws:s3/bucketLogging:BucketLogging").inputs).toMatchObject({
      bucket: production.only("aws:s3/bucket:Bucket", name).id,
      targetBucket: production.only("aws:s3/bucket:Bucket", "portal-production-access-logs").id,
      targetPrefix: "s3/",
      targetObjectKeyFormat: { partitionedPrefix: { partitionDateSource: "EventTime" } },
    });
  });

  it("says its name and ARN, and parents what it made", () => {
    const component = production.only("celebrant:storage:UploadsBucket");
    const bucket = production.only("aws:s3/bucket:Bucket", name);
    expect(production.outputs["uploads"]).toEqual({ name: bucket.id, arn: `arn:aws:s3:::${bucket.id}` });
    const children = production.resources.filter((resource) => resource.name === name);
    expect(children.map(({ parentUrn }) => parentUrn)).toEqual(Array(8).fill(component.urn));
  });
});
