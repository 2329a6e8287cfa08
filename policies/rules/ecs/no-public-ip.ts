import { service } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const ecsNoPublicIp = resourceRule({
  name: "ecs-no-public-ip",
  rule: "A service's tasks have no public address",
  source: "FSBP ECS.2",
  kinds: [service],
  check({ props }, report) {
    if (props.networkConfiguration?.assignPublicIp !== true) return;
    report({ found: "networkConfiguration.assignPublicIp is true", fix: "set it to false and use private subnets" });
  },
});
