import { flowLog, vpc } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const ec2FlowLogs = stackRule({
  name: "ec2-flow-logs",
  rule: "A VPC has flow logs",
  source: "FSBP EC2.6",
  kinds: [flowLog, vpc],
  check({ all }, report) {
    for (const network of all(vpc)) {
      if (all(flowLog).some((candidate) => refersTo(candidate, "vpcId", network))) continue;
      report(network, { found: "no FlowLog names it", fix: "add a FlowLog for the VPC" });
    }
  },
});
