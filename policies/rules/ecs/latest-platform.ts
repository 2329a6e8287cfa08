import { service } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecsLatestPlatform = resourceRule({
  name: "ecs-latest-platform",
  rule: "A service runs on the latest Fargate platform version",
  source: "FSBP ECS.10",
  kinds: [service],
  check({ props }, report) {
    const { platformVersion } = props;
    if (platformVersion === undefined || platformVersion === "LATEST") return;
    report({ found: shown("platformVersion", platformVersion), fix: "remove platformVersion or set it to LATEST" });
  },
});
