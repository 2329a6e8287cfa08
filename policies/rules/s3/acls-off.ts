import { bucket, bucketOwnership } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { shown } from "../../shown.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3AclsOff = stackRule({
  name: "s3-acls-off",
  rule: "A bucket's access is not managed by access control lists",
  source: "FSBP S3.12",
  kinds: [bucket, bucketOwnership],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const controls = all(bucketOwnership).find((candidate) => refersTo(candidate, "bucket", owner));
      const ownership = controls?.props.rule.objectOwnership;
      if (ownership === "BucketOwnerEnforced") continue;
      report(owner, {
        found: shown("objectOwnership", ownership),
        fix: "add BucketOwnershipControls with BucketOwnerEnforced",
      });
    }
  },
});
