import { loadBalancer } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const lbInvalidHeadersDropped = resourceRule({
  name: "lb-invalid-headers-dropped",
  rule: "A load balancer drops invalid headers",
  source: "FSBP ELB.4",
  kinds: [loadBalancer],
  check({ props }, report) {
    if (props.dropInvalidHeaderFields === true) return;
    report({
      found: shown("dropInvalidHeaderFields", props.dropInvalidHeaderFields),
      fix: "set dropInvalidHeaderFields to true",
    });
  },
});
