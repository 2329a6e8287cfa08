import { logGroup } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

/** The control asks for a year; how long each group of this project lives is config, and forever is never meant. */
export const logsRetention = resourceRule({
  name: "logs-retention",
  rule: "A log group says how long it keeps its logs",
  source: "Security Hub CloudWatch.16",
  kinds: [logGroup],
  check({ props }, report) {
    if ((props.retentionInDays ?? 0) > 0) return;
    report({
      found: shown("retentionInDays", props.retentionInDays),
      fix: "set retentionInDays from the stage's config",
    });
  },
});
