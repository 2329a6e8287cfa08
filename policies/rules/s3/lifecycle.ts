import { bucket, bucketLifecycle } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3Lifecycle = stackRule({
  name: "s3-lifecycle",
  rule: "A bucket says when objects or their old versions end",
  source: "FSBP S3.13",
  kinds: [bucket, bucketLifecycle],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const configuration = all(bucketLifecycle).find((candidate) => refersTo(candidate, "bucket", owner));
      if (configuration?.props.rules?.some(({ status }) => status === "Enabled")) continue;
      report(owner, {
        found:
          configuration === undefined
            ? "it has no BucketLifecycleConfiguration"
            : `${configuration.name} has no enabled rule`,
        fix: "add a BucketLifecycleConfiguration with an enabled rule",
      });
    }
  },
});
