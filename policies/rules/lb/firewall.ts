import { loadBalancer, webAclAssociation } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const lbFirewall = stackRule({
  name: "lb-firewall",
  rule: "A load balancer stands behind a web application firewall",
  source: "Security Hub ELB.16",
  kinds: [loadBalancer, webAclAssociation],
  check({ all }, report) {
    for (const balancer of all(loadBalancer)) {
      if (all(webAclAssociation).some((association) => refersTo(association, "resourceArn", balancer))) continue;
      report(balancer, { found: "no WebAclAssociation names it", fix: "associate the stage's web ACL with it" });
    }
  },
});
