import { receivesAccessLogs } from "../../facts/log-buckets.ts";
import { bucket, bucketLogging, loadBalancer } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

/** A bucket of logs is not logged itself: the control says to suppress its finding there. */
export const s3AccessLogged = stackRule({
  name: "s3-access-logged",
  rule: "Requests to a bucket are logged, unless it receives access logs",
  source: "FSBP S3.9",
  kinds: [bucket, bucketLogging, loadBalancer],
  check(stack, report) {
    for (const owner of stack.all(bucket)) {
      if (receivesAccessLogs(stack, owner)) continue;
      if (stack.all(bucketLogging).some((candidate) => refersTo(candidate, "bucket", owner))) continue;
      report(owner, { found: "no BucketLogging names it", fix: "add a BucketLogging to the access logs bucket" });
    }
  },
});
