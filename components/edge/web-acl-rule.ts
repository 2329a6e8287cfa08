import type { wafv2 } from "@pulumi/aws/types/input.js";

/** A rule without its place: the web ACL numbers its rules in the order of its list. */
export type UnplacedRule = Omit<wafv2.WebAclRule, "priority" | "visibilityConfig" | "name"> & { readonly name: string };

/** Gives each rule its priority, lowest first, and a metric and samples of its own (FSBP WAF.12). */
export function inOrder(rules: readonly UnplacedRule[]): wafv2.WebAclRule[] {
  return rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: watched(rule.name) }));
}

/** Metrics under `metricName`, and samples of the requests of the last three hours. */
export function watched(metricName: string): wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}
