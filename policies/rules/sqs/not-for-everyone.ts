import { isForEveryone, statementsOf } from "../../facts/policy-document.ts";
import { queuePolicy } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const sqsNotForEveryone = resourceRule({
  name: "sqs-not-for-everyone",
  rule: "A queue's policy lets no stranger use it",
  source: "FSBP SQS.3",
  kinds: [queuePolicy],
  check({ props }, report) {
    if (!statementsOf(props.policy).some(isForEveryone)) return;
    report({ found: "it allows everyone without a condition", fix: "name the services, with aws:SourceArn" });
  },
});
