import { imageLifecycle, imageRepository } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

export const ecrLifecycle = stackRule({
  name: "ecr-lifecycle",
  rule: "A registry forgets old images",
  source: "FSBP ECR.3",
  kinds: [imageLifecycle, imageRepository],
  check({ all }, report) {
    for (const repository of all(imageRepository)) {
      if (all(imageLifecycle).some((candidate) => refersTo(candidate, "repository", repository))) continue;
      report(repository, {
        found: "no LifecyclePolicy names it",
        fix: "add a LifecyclePolicy that spares deployed images",
      });
    }
  },
});
