import { loadBalancer } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

/** AWS applies the defensive mode where none is set. */
export const lbDesyncMitigation = resourceRule({
  name: "lb-desync-mitigation",
  rule: "A load balancer mitigates desync attacks, defensively or strictly",
  source: "FSBP ELB.12",
  kinds: [loadBalancer],
  check({ props }, report) {
    const mode = props.desyncMitigationMode;
    if (mode === undefined || mode === "defensive" || mode === "strictest") return;
    report({ found: shown("desyncMitigationMode", mode), fix: "remove it or set it to defensive or strictest" });
  },
});
