import { mailConfiguration } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const sesv2Tls = resourceRule({
  name: "sesv2-tls",
  rule: "Mail leaves over TLS or not at all",
  source: "AWS SES: Amazon SES and security protocols",
  kinds: [mailConfiguration],
  check({ props }, report) {
    const tlsPolicy = props.deliveryOptions?.tlsPolicy;
    if (tlsPolicy === "REQUIRE") return;
    report({ found: shown("deliveryOptions.tlsPolicy", tlsPolicy), fix: "set deliveryOptions.tlsPolicy to REQUIRE" });
  },
});
