import { containersOf } from "../../facts/containers.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecsLogConfiguration = resourceRule({
  name: "ecs-log-configuration",
  rule: "A container's output is logged",
  source: "FSBP ECS.9",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const container of containersOf(props)) {
      const driver = container.logConfiguration?.logDriver;
      if (driver !== undefined && driver !== "" && driver !== "none") continue;
      report({
        found: shown(`logConfiguration.logDriver of container ${container.name}`, driver),
        fix: "set logConfiguration to awslogs with the colour's log group",
      });
    }
  },
});
