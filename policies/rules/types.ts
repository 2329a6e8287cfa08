/** A rule on the types of resources: what no policy was written for is not judged by silence. */
import * as kinds from "../kinds.ts";
import { type Rule, stackRule } from "../rule.ts";

/** Planned types that no rule has to look at, beside those in kinds.ts. */
const harmless = [
  "aws:acm/certificateValidation:CertificateValidation",
  "aws:appautoscaling/policy:Policy",
  "aws:cloudwatch/dashboard:Dashboard",
  "aws:cloudwatch/logMetricFilter:LogMetricFilter",
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
  "aws:kms/alias:Alias",
  "aws:secretsmanager/secretVersion:SecretVersion",
  "aws:sesv2/emailIdentityFeedbackAttributes:EmailIdentityFeedbackAttributes",
  "aws:sesv2/emailIdentityMailFromAttributes:EmailIdentityMailFromAttributes",
];

const reviewed = new Set([...Object.values(kinds).map(({ token }) => token), ...harmless]);

export const typeRules: readonly Rule[] = [
  stackRule({
    name: "types-reviewed",
    rule: "A stack may only have AWS resources of types that these policies were written for",
    source: "project rule",
    kinds: [kinds.vpc],
    check({ types }, report) {
      for (const resource of types()) {
        const { type } = resource;
        if (!type.startsWith("aws:") || reviewed.has(type)) continue;
        report(resource, {
          found: `its type is ${type}`,
          fix: "write the policies that it needs in policies/rules, with a kind for it in policies/kinds.ts",
        });
      }
    },
  }),
];
