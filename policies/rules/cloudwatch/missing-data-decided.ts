import { metricAlarm } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const cloudwatchMissingDataDecided = resourceRule({
  name: "cloudwatch-missing-data-decided",
  rule: "An alarm says what missing data means, because silence is not health",
  source: "design, pitfalls",
  kinds: [metricAlarm],
  check({ props }, report) {
    if (props.treatMissingData !== undefined) return;
    report({
      found: "treatMissingData is not set",
      fix: "set treatMissingData to breaching, notBreaching, ignore or missing, on purpose",
    });
  },
});
