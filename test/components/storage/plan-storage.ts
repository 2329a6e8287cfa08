import { AccessLogsBucket, type AccessLogsBucketArgs } from "../../../components/storage/access-logs-bucket.ts";
import { UploadsBucket, type UploadsBucketArgs } from "../../../components/storage/uploads-bucket.ts";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { type PlannedProgram, planProgram, testName, testTags } from "../../support/plan-component.ts";

/** The access log bucket's arguments as production has them. */
const accessLogsArgs: AccessLogsBucketArgs = {
  retentionDays: 365,
  destroyable: false,
  region: "ap-southeast-2",
  accountId: "123456789012",
  tags: testTags,
};

/** The uploads bucket's, without those that come from the access log bucket. */
const uploadsArgs: Pick<UploadsBucketArgs, "noncurrentVersionDays" | "destroyable" | "tags"> = {
  noncurrentVersionDays: 90,
  destroyable: false,
  tags: testTags,
};

/** Plans both buckets as a stack does, the first logging to the second. */
export function planStorage({ destroyable }: { destroyable: boolean }): Promise<PlannedProgram> {
  return planProgram(() => {
    const logs = new AccessLogsBucket(testName, { ...accessLogsArgs, destroyable });
    const uploads = new UploadsBucket(testName, {
      ...uploadsArgs,
      destroyable,
      accessLogsBucketName: logs.bucketName,
      accessLogsBucketPolicy: logs.policy,
    });
    return {
      logs: { name: logs.bucketName, arn: logs.bucketArn, policyOf: logs.policy.bucket },
      uploads: { name: uploads.bucketName, arn: uploads.bucketArn },
    };
  });
}

/** Statements of a bucket's policy. */
export function statementsOf({ inputs }: PlannedResource): { readonly Sid: string }[] {
  return JSON.parse(String(inputs["policy"])).Statement;
}

/** The two statements that refuse plain HTTP and old TLS for a bucket. */
export function transportStatementsOf(bucketArn: unknown) {
  const denyAll = { Effect: "Deny", Principal: "*", Action: "s3:*", Resource: [bucketArn, `${bucketArn}/*`] };
  return [
    { Sid: "RefusePlainHttp", ...denyAll, Condition: { Bool: { "aws:SecureTransport": "false" } } },
    { Sid: "RefuseOldTls", ...denyAll, Condition: { NumericLessThan: { "s3:TlsVersion": "1.2" } } },
  ];
}
