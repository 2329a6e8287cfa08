import { loadBalancer } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const lbAccessLogs = resourceRule({
  name: "lb-access-logs",
  rule: "A load balancer writes access logs",
  source: "FSBP ELB.5",
  kinds: [loadBalancer],
  check({ props }, report) {
    if (props.accessLogs?.enabled === true) return;
    report({
      found: shown("accessLogs.enabled", props.accessLogs?.enabled),
      fix: "set accessLogs to the access logs bucket with enabled true",
    });
  },
});
