import { isForEveryone, statementsOf } from "../../facts/policy-document.ts";
import { topicPolicy } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const snsNotForEveryone = resourceRule({
  name: "sns-not-for-everyone",
  rule: "A topic's policy lets no stranger use it",
  source: "FSBP SNS.4",
  kinds: [topicPolicy],
  check({ props }, report) {
    if (!statementsOf(props.policy).some(isForEveryone)) return;
    report({ found: "it allows everyone without a condition", fix: "name the services, with aws:SourceAccount" });
  },
});
