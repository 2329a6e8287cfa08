import { receivesAccessLogs } from "../../facts/log-buckets.ts";
import { bucket, bucketLogging, bucketVersioning, loadBalancer } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { shown } from "../../shown.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3Versioned = stackRule({
  name: "s3-versioned",
  rule: "A bucket keeps replaced and deleted objects, unless it receives access logs",
  source: "Security Hub S3.14, guide C4",
  kinds: [bucket, bucketLogging, bucketVersioning, loadBalancer],
  check(stack, report) {
    for (const owner of stack.all(bucket)) {
      if (receivesAccessLogs(stack, owner)) continue;
      const versioning = stack.all(bucketVersioning).find((candidate) => refersTo(candidate, "bucket", owner));
      const status = versioning?.props.versioningConfiguration.status;
      if (status === "Enabled") continue;
      report(owner, { found: shown("versioning status", status), fix: "add a BucketVersioning with status Enabled" });
    }
  },
});
