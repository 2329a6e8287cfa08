import { secret } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

const defaultDays = 30;
const leastDays = 7;

export const secretsmanagerRecoveryWindow = resourceRule({
  name: "secretsmanager-recovery-window",
  rule: "A deleted production secret can be restored for at least a week",
  source: "AWS Secrets Manager: Delete a secret",
  stages: ["production"],
  kinds: [secret],
  check({ props }, report) {
    const days = props.recoveryWindowInDays ?? defaultDays;
    if (days >= leastDays) return;
    report({ found: shown("recoveryWindowInDays", days), fix: `set recoveryWindowInDays to ${leastDays} or more` });
  },
});
