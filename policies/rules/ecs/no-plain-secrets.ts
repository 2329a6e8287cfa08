import { containersOf } from "../../facts/containers.ts";
import { carriesPassword, isSecretName } from "../../facts/secret-names.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

/** Judged by the variable's name, and by its value where that is a URL with a password. No value is ever repeated. */
export const ecsNoPlainSecrets = resourceRule({
  name: "ecs-no-plain-secrets",
  rule: "A container's environment holds no secret",
  source: "FSBP ECS.8",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const container of containersOf(props)) {
      for (const { name, value } of container.environment ?? []) {
        if (!isSecretName(name) && !carriesPassword(value ?? "")) continue;
        report({
          found: `environment of container ${container.name} holds ${name}`,
          fix: `move ${name} to secrets with valueFrom an ARN of Secrets Manager`,
        });
      }
    }
  },
});
