import type { Kind } from "../../kind.ts";
import { compositeAlarm, metricAlarm } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

const alarms: readonly Kind<{ actionsEnabled?: boolean }>[] = [metricAlarm, compositeAlarm];

export const cloudwatchActionsEnabled = resourceRule({
  name: "cloudwatch-actions-enabled",
  rule: "An alarm's actions are switched on",
  source: "Security Hub CloudWatch.17",
  kinds: alarms,
  check({ props }, report) {
    if (props.actionsEnabled !== false) return;
    report({ found: "actionsEnabled is false", fix: "remove actionsEnabled" });
  },
});
