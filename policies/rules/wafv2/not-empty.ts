import { webAcl } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const wafv2NotEmpty = resourceRule({
  name: "wafv2-not-empty",
  rule: "A web ACL has rules",
  source: "FSBP WAF.10",
  kinds: [webAcl],
  check({ props }, report) {
    if ((props.rules?.length ?? 0) > 0) return;
    report({ found: "rules is empty", fix: "add the managed rule groups and the rate limits" });
  },
});
