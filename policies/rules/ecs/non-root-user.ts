import { containersOf } from "../../facts/containers.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecsNonRootUser = resourceRule({
  name: "ecs-non-root-user",
  rule: "A container names a user that is not root",
  source: "AWS Config ecs-task-definition-linux-user-non-root",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const { name, user } of containersOf(props)) {
      // The value may carry a group after a colon, and 00 is root as well.
      const id = user?.split(":")[0] ?? "";
      if (id !== "" && id !== "root" && !/^0+$/.test(id)) continue;
      report({
        found: shown(`user of container ${name}`, user),
        fix: "set user to the image's own uid:gid, such as 10001:10001",
      });
    }
  },
});
