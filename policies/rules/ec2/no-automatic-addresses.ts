import { subnet } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const ec2NoAutomaticAddresses = resourceRule({
  name: "ec2-no-automatic-addresses",
  rule: "A subnet gives no public addresses by itself",
  source: "FSBP EC2.15",
  kinds: [subnet],
  check({ props }, report) {
    if (props.mapPublicIpOnLaunch !== true) return;
    report({ found: "mapPublicIpOnLaunch is true", fix: "set mapPublicIpOnLaunch to false" });
  },
});
