import { webAcl } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const wafv2Metrics = resourceRule({
  name: "wafv2-metrics",
  rule: "A web ACL reports metrics",
  source: "FSBP WAF.12",
  kinds: [webAcl],
  check({ props }, report) {
    if (props.visibilityConfig.cloudwatchMetricsEnabled) return;
    report({
      found: "visibilityConfig.cloudwatchMetricsEnabled is false",
      fix: "set visibilityConfig.cloudwatchMetricsEnabled to true",
    });
  },
});
