import { bucket, bucketPublicAccessBlock } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

const settings = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"] as const;

export const s3PublicAccessBlocked = stackRule({
  name: "s3-public-access-blocked",
  rule: "A bucket blocks all public access",
  source: "FSBP S3.8",
  kinds: [bucket, bucketPublicAccessBlock],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const block = all(bucketPublicAccessBlock).find((candidate) => refersTo(candidate, "bucket", owner));
      const open = settings.filter((setting) => block?.props[setting] !== true);
      if (open.length === 0) continue;
      report(owner, {
        found:
          block === undefined ? "it has no BucketPublicAccessBlock" : `${block.name} does not set ${open.join(", ")}`,
        fix: "set all four settings of a BucketPublicAccessBlock to true",
      });
    }
  },
});
