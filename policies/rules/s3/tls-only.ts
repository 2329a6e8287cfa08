import { type Statement, statementsOf } from "../../facts/policy-document.ts";
import { bucket, bucketPolicy } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const s3TlsOnly = stackRule({
  name: "s3-tls-only",
  rule: "A bucket refuses requests without TLS",
  source: "FSBP S3.5",
  kinds: [bucket, bucketPolicy],
  check({ all }, report) {
    for (const owner of all(bucket)) {
      const policies = all(bucketPolicy).filter((candidate) => refersTo(candidate, "bucket", owner));
      if (policies.some(({ props }) => statementsOf(props.policy).some(deniesPlainHttp))) continue;
      report(owner, {
        found: policies.length === 0 ? "it has no bucket policy" : "its bucket policy does not deny plain HTTP",
        fix: "deny s3:* to everyone where aws:SecureTransport is false",
      });
    }
  },
});

function deniesPlainHttp({ effect, actions, principals, condition }: Statement): boolean {
  const isPlainHttp = String(condition["Bool"]?.["aws:SecureTransport"]) === "false";
  return (
    effect === "Deny" && principals.includes("*") && actions.some((action) => /^(s3:)?\*$/.test(action)) && isPlainHttp
  );
}
