import { bucket, bucketVersioning, loadBalancer } from "../../kinds.ts";
import { known, refersTo } from "../../links.ts";
import { shown } from "../../shown.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3Versioned = stackRule({
  name: "s3-versioned",
  rule: "A bucket keeps replaced and deleted objects, unless it only receives access logs",
  source: "Security Hub S3.14, guide C4",
  kinds: [bucket, bucketVersioning, loadBalancer],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const name = known(() => owner.props.id);
      const receivesLogs = all(loadBalancer).some(
        (balancer) =>
          refersTo(balancer, "accessLogs", owner) ||
          (name !== undefined && known(() => balancer.props.accessLogs?.bucket) === name),
      );
      if (receivesLogs) continue;
      const versioning = all(bucketVersioning).find((candidate) => refersTo(candidate, "bucket", owner));
      const status = versioning?.props.versioningConfiguration.status;
      if (status === "Enabled") continue;
      report(owner, { found: shown("versioning status", status), fix: "add a BucketVersioning with status Enabled" });
    }
  },
});
