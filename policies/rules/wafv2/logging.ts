import { webAcl, webAclLogging } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const wafv2Logging = stackRule({
  name: "wafv2-logging",
  rule: "A web ACL logs what it judged",
  source: "Security Hub WAF.11",
  kinds: [webAcl, webAclLogging],
  check({ all }, report) {
    for (const acl of all(webAcl)) {
      if (all(webAclLogging).some((candidate) => refersTo(candidate, "resourceArn", acl))) continue;
      report(acl, { found: "no WebAclLoggingConfiguration names it", fix: "add one with the firewall's log group" });
    }
  },
});
