import { defaultSecurityGroup, vpc } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

/** A VPC comes with the group and its rules: only managing it empties it. */
export const ec2NoDefaultGroupRules = stackRule({
  name: "ec2-no-default-group-rules",
  rule: "A VPC's default security group allows nothing",
  source: "FSBP EC2.2",
  kinds: [defaultSecurityGroup, vpc],
  check({ all }, report) {
    for (const network of all(vpc)) {
      const group = all(defaultSecurityGroup).find((candidate) => refersTo(candidate, "vpcId", network));
      const count = (group?.props.ingress?.length ?? 0) + (group?.props.egress?.length ?? 0);
      if (group !== undefined && count === 0) continue;
      report(group ?? network, {
        found: group === undefined ? "its default security group is not managed" : `it holds rules (${count})`,
        fix: "manage it as a DefaultSecurityGroup without ingress and egress",
      });
    }
  },
});
