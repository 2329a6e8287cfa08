import { queue } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const sqsEncrypted = resourceRule({
  name: "sqs-encrypted",
  rule: "A queue is encrypted at rest",
  source: "FSBP SQS.1",
  kinds: [queue],
  check({ props }, report) {
    if (props.sqsManagedSseEnabled === true || props.kmsMasterKeyId !== undefined) return;
    report({
      found: "neither sqsManagedSseEnabled nor kmsMasterKeyId is set",
      fix: "set sqsManagedSseEnabled to true",
    });
  },
});
