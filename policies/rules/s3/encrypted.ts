import { bucket, bucketEncryption } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { shown } from "../../shown.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3Encrypted = stackRule({
  name: "s3-encrypted",
  rule: "A bucket says how it encrypts at rest",
  source: "AWS S3: Setting default server-side encryption behavior",
  kinds: [bucket, bucketEncryption],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const encryption = all(bucketEncryption).find((candidate) => refersTo(candidate, "bucket", owner));
      const algorithm = encryption?.props.rules[0]?.applyServerSideEncryptionByDefault?.sseAlgorithm;
      if (algorithm !== undefined && ["AES256", "aws:kms", "aws:kms:dsse"].includes(algorithm)) continue;
      report(owner, {
        found: shown("sseAlgorithm", algorithm),
        fix: "add a BucketServerSideEncryptionConfiguration with aws:kms, or AES256 for load balancer logs",
      });
    }
  },
});
