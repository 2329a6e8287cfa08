import { containersOf } from "../../facts/containers.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

export const ecsNonPrivileged = resourceRule({
  name: "ecs-non-privileged",
  rule: "A container has no privileges on its host",
  source: "FSBP ECS.4",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const { name, privileged } of containersOf(props)) {
      if (privileged !== true) continue;
      report({ found: `privileged of container ${name} is true`, fix: "remove privileged" });
    }
  },
});
