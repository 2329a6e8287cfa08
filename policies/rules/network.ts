/** Rules on the VPC: its flow logs, subnets and default security group. */
import { defaultSecurityGroup, flowLog, subnet, vpc } from "../kinds.ts";
import { noLink, refersTo, requireLink } from "../links.ts";
import { type Rule, resourceRule, stackRule } from "../rule.ts";

export const networkRules: readonly Rule[] = [
  requireLink(
    { target: vpc, holder: flowLog, property: "vpcId" },
    {
      name: "ec2-flow-logs",
      rule: "A VPC must have flow logs",
      source: "AWS Security Hub EC2.6",
      fix: "add a FlowLog for the VPC",
    },
  ),

  resourceRule({
    name: "ec2-no-automatic-addresses",
    rule: "A subnet must not assign public addresses automatically",
    source: "AWS Security Hub EC2.15",
    kinds: [subnet],
    check({ props }, report) {
      for (const property of ["mapPublicIpOnLaunch", "assignIpv6AddressOnCreation"] as const) {
        if (props[property] !== true) continue;
        report({ found: `${property} is true`, fix: `set ${property} to false` });
      }
    },
  }),

  /** A VPC comes with the group and its rules: only managing it empties it. */
  stackRule({
    name: "ec2-no-default-group-rules",
    rule: "A VPC's default security group must allow nothing",
    source: "AWS Security Hub EC2.2",
    kinds: [defaultSecurityGroup, vpc],
    check({ all }, report) {
      for (const network of all(vpc)) {
        const group = all(defaultSecurityGroup).find((candidate) => refersTo(candidate, "vpcId", network));
        const count = (group?.props.ingress?.length ?? 0) + (group?.props.egress?.length ?? 0);
        if (group !== undefined && count === 0) continue;
        report(group ?? network, {
          found:
            group === undefined
              ? noLink(defaultSecurityGroup, "vpcId")
              : `the number of rules in ingress and egress is ${count}`,
          fix: "declare a DefaultSecurityGroup for the VPC, with empty ingress and egress",
        });
      }
    },
  }),
];
