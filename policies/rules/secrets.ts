/** Rules on secrets: where they may be read, how long a generated one is, and which version a task starts with. */
import { containersOf } from "../facts.ts";
import { randomPassword, secret, secretVersion, taskDefinition } from "../kinds.ts";
import { known } from "../links.ts";
import { type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** 32 letters and digits hold 190 bits; NIST SP 800-63B asks for 112. */
const leastLength = 32;

export const secretRules: readonly Rule[] = [
  resourceRule({
    name: "secrets-stay-here",
    rule: "A secret must have no policy of its own and no copy in another region, so that only the stage's roles read it",
    source: "project rule",
    kinds: [secret],
    check({ props }, report) {
      for (const property of ["policy", "replicas"] as const) {
        if (props[property] !== undefined) report({ found: `${property} is set`, fix: `remove ${property}` });
      }
    },
  }),

  resourceRule({
    name: "secrets-are-long",
    rule: `A generated secret must have at least ${leastLength} characters`,
    source: "project rule",
    kinds: [randomPassword],
    check({ props }, report) {
      if (props.length >= leastLength) return;
      report({ found: shown("length", props.length), fix: `set length to ${leastLength} or more` });
    },
  }),

  /**
   * A label such as AWSCURRENT moves with the next value, and a task would start with that. A stack that an older version of the
   * program deployed names no version until its first update at weight 0, so it is asked only where some container names one.
   */
  stackRule({
    name: "ecs-secrets-pinned",
    rule: "A container must name the version of each secret, and the stack must keep that version",
    source: "AWS ECS: Pass Secrets Manager secrets through Amazon ECS environment variables",
    kinds: [secretVersion, taskDefinition],
    check(stack, report) {
      const kept = versionsIn(stack);
      const containers = stack
        .all(taskDefinition)
        .flatMap((definition) =>
          containersOf(definition.props).flatMap(({ name: container, secrets = [] }) =>
            secrets.map(({ name, valueFrom = "" }) => ({ definition, container, name, ...partsOf(valueFrom) })),
          ),
        );
      if (containers.every(({ version }) => version === "")) return;
      for (const { definition, container, name, arn, version, isExact } of containers) {
        if (isExact && kept?.some((one) => one.arn === arn && one.version === version) !== false) continue;
        const what = isExact ? "names a version that the stack does not keep" : "does not name one version";
        report(definition, {
          found: `${name} of container ${container} ${what}`,
          fix: "set valueFrom to <ARN>:::<version id>, with the outputs arn and versionId of a SecretVersion of this stack",
        });
      }
    },
  }),
];

/** The ARN of the secret and the id of its version. `isExact`: the whole value, by this version and no label. */
function partsOf(valueFrom: string) {
  const parts = valueFrom.split(":");
  const [key = "", label = "", version = "", ...more] = parts.slice(7);
  const isExact = key === "" && label === "" && version !== "" && more.length === 0;
  return { arn: parts.slice(0, 7).join(":"), version, isExact };
}

/** The versions that the stack keeps; undefined while a preview does not know them all. */
function versionsIn({ all }: Stack): readonly { readonly arn: unknown; readonly version: unknown }[] | undefined {
  return known(() =>
    all(secretVersion).map(({ props }) => {
      const answered: { readonly arn?: unknown; readonly versionId?: unknown } = props;
      return { arn: answered.arn, version: answered.versionId };
    }),
  );
}
