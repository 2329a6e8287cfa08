import { imageRepository } from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";
import { shown } from "../../shown.ts";

export const ecrImmutableTags = resourceRule({
  name: "ecr-immutable-tags",
  rule: "A pushed tag never moves",
  source: "FSBP ECR.2",
  kinds: [imageRepository],
  check({ props }, report) {
    if (props.imageTagMutability === "IMMUTABLE") return;
    report({
      found: shown("imageTagMutability", props.imageTagMutability),
      fix: "set imageTagMutability to IMMUTABLE",
    });
  },
});
