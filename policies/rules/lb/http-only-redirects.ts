import { listener } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const lbHttpOnlyRedirects = resourceRule({
  name: "lb-http-only-redirects",
  rule: "A plain HTTP listener does nothing but redirect to HTTPS",
  source: "FSBP ELB.1",
  kinds: [listener],
  check({ props }, report) {
    if (props.protocol === "HTTPS") return;
    const others = props.defaultActions.filter(
      ({ type, redirect }) => type !== "redirect" || redirect?.protocol !== "HTTPS",
    );
    if (props.defaultActions.length > 0 && others.length === 0) return;
    report({
      found: `its ${props.protocol ?? "HTTP"} listener answers with ${others.map(({ type }) => type).join(", ") || "nothing"}`,
      fix: "redirect to HTTPS on port 443 with HTTP_301",
    });
  },
});
