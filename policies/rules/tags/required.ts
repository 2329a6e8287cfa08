import { kind } from "../../kind.ts";
import { resourceRule } from "../../resource-rule.ts";
import { taggableTokens } from "./taggable-tokens.ts";

const required = ["Project", "Stage", "ManagedBy"];

/** The provider's default tags do not count: they are invisible to tests and to policies. */
export const tagsRequired = resourceRule({
  name: "tags-required",
  rule: `A resource carries the tags ${required.join(", ")}`,
  source: "design, components",
  kinds: taggableTokens.map((token) => kind<{ tags?: Record<string, string> }>(token)),
  check({ props }, report) {
    const missing = required.filter((tag) => (props.tags?.[tag] ?? "") === "");
    if (missing.length > 0)
      report({ found: `tags lack ${missing.join(", ")}`, fix: "pass args.tags on to the resource" });
  },
});
