import { targetGroup } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const rolloutHealthCheck = resourceRule({
  name: "rollout-health-check",
  rule: "Each colour's target group checks the health of its tasks at a path of the service's own",
  source: "guide R2",
  kinds: [targetGroup],
  check({ props }, report) {
    if (props.healthCheck?.enabled === false) {
      report({ found: "healthCheck.enabled is false", fix: "set healthCheck.enabled to true" });
    }
    const path = props.healthCheck?.path;
    if (path === undefined || path === "" || path === "/") {
      report({ found: shown("healthCheck.path", path), fix: "set healthCheck.path to api.healthCheckPath" });
    }
  },
});
