import { cluster } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

/** The memory alarm of guide A4 needs these metrics. */
export const ecsContainerInsights = resourceRule({
  name: "ecs-container-insights",
  rule: "A cluster has Container Insights",
  source: "FSBP ECS.12",
  kinds: [cluster],
  check({ props }, report) {
    const value = props.settings?.find(({ name }) => name === "containerInsights")?.value;
    if (value === "enabled" || value === "enhanced") return;
    report({ found: shown("setting containerInsights", value), fix: "set containerInsights to enabled or enhanced" });
  },
});
