import { listener } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

/** Application Load Balancer guide, "Security policies": without Ext1 and Ext2, which add ciphers without forward secrecy. */
const modernPolicies = /^ELBSecurityPolicy-TLS13-1-(3|2|2-Res)(-FIPS)?(-PQ)?-\d{4}-\d{2}$/;

export const lbModernTls = resourceRule({
  name: "lb-modern-tls",
  rule: "An HTTPS listener speaks TLS 1.2 or 1.3 with forward secrecy only",
  source: "FSBP ELB.17",
  kinds: [listener],
  check({ props }, report) {
    if (props.protocol !== "HTTPS" || modernPolicies.test(props.sslPolicy ?? "")) return;
    report({
      found: shown("sslPolicy", props.sslPolicy),
      fix: "set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
    });
  },
});
