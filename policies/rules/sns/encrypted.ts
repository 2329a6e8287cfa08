import { topic } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const snsEncrypted = resourceRule({
  name: "sns-encrypted",
  rule: "A topic is encrypted at rest",
  source: "FSBP SNS.1",
  kinds: [topic],
  check({ props }, report) {
    if (props.kmsMasterKeyId !== undefined) return;
    report({ found: "kmsMasterKeyId is not set", fix: "set kmsMasterKeyId to the alert key" });
  },
});
