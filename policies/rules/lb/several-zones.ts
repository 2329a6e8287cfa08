import { loadBalancer } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const lbSeveralZones = resourceRule({
  name: "lb-several-zones",
  rule: "A load balancer spans at least two zones",
  source: "FSBP ELB.13",
  kinds: [loadBalancer],
  check({ props }, report) {
    const count = props.subnets?.length ?? props.subnetMappings?.length ?? 0;
    if (count >= 2) return;
    report({ found: `it has ${count} of at least 2 subnets`, fix: "give it the public subnet of each zone" });
  },
});
