import { containersOf } from "../../facts/containers.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecsReadOnlyRoot = resourceRule({
  name: "ecs-read-only-root",
  rule: "A container's root file system is read-only",
  source: "FSBP ECS.5",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const { name, readonlyRootFilesystem } of containersOf(props)) {
      if (readonlyRootFilesystem === true) continue;
      report({
        found: shown(`readonlyRootFilesystem of container ${name}`, readonlyRootFilesystem),
        fix: "set readonlyRootFilesystem to true and mount a volume where the service writes",
      });
    }
  },
});
