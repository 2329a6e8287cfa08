import type { Kind } from "../../kind.ts";
import {
  backupVault,
  bucket,
  cluster,
  compositeAlarm,
  databaseInstance,
  databaseParameterGroup,
  imageRepository,
  key,
  listenerRule,
  loadBalancer,
  logGroup,
  metricAlarm,
  policy,
  role,
  secret,
  securityGroup,
  service,
  stateMachine,
  subnet,
  targetGroup,
  taskDefinition,
  topic,
  vpc,
  webAcl,
} from "../../kinds.ts";
import { resourceRule } from "../../resource-rule.ts";

const required = ["Project", "Stage", "ManagedBy"];

/** The provider's default tags do not count: they are invisible to tests and to policies. */
const taggable: readonly Kind<{ tags?: Record<string, string> }>[] = [
  backupVault,
  bucket,
  cluster,
  compositeAlarm,
  databaseInstance,
  databaseParameterGroup,
  imageRepository,
  key,
  listenerRule,
  loadBalancer,
  logGroup,
  metricAlarm,
  policy,
  role,
  secret,
  securityGroup,
  service,
  stateMachine,
  subnet,
  targetGroup,
  taskDefinition,
  topic,
  vpc,
  webAcl,
];

export const tagsRequired = resourceRule({
  name: "tags-required",
  rule: `A resource carries the tags ${required.join(", ")}`,
  source: "design, components",
  kinds: taggable,
  check({ props }, report) {
    const missing = required.filter((tag) => (props.tags?.[tag] ?? "") === "");
    if (missing.length > 0)
      report({ found: `tags lack ${missing.join(", ")}`, fix: "pass args.tags on to the resource" });
  },
});
