import { containersOf } from "../../facts/containers.ts";
import { taskDefinition } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecsImageByDigest = resourceRule({
  name: "ecs-image-by-digest",
  rule: "A container's image is named by digest, because a tag can move under traffic",
  source: "design, rollout rules: images",
  kinds: [taskDefinition],
  check({ props }, report) {
    for (const { name, image } of containersOf(props)) {
      if (image !== undefined && /@sha256:[0-9a-f]{64}$/.test(image)) continue;
      report({
        found: shown(`image of container ${name}`, image),
        fix: "write repository@sha256:… from images.<colour>",
      });
    }
  },
});
