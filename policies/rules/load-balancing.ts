/** Rules on the load balancer and on the firewall in front of it. */
import { listener, loadBalancer, webAcl, webAclAssociation, webAclLogging } from "../kinds.ts";
import { requireLink } from "../links.ts";
import { type Rule, requireTrue, resourceRule, shown } from "../rule.ts";

/** Application Load Balancer guide, "Security policies": without Ext1 and Ext2, which add ciphers without forward secrecy. */
const modernPolicies = /^ELBSecurityPolicy-TLS13-1-(3|2|2-Res)(-FIPS)?(-PQ)?-\d{4}-\d{2}$/;

export const loadBalancerRules: readonly Rule[] = [
  resourceRule({
    name: "lb-access-logs",
    rule: "A load balancer must write access logs",
    source: "AWS Security Hub ELB.5",
    kinds: [loadBalancer],
    check({ props }, report) {
      if (props.accessLogs?.enabled === true) return;
      report({
        found: shown("accessLogs.enabled", props.accessLogs?.enabled),
        fix: "set accessLogs.bucket to the access logs bucket and accessLogs.enabled to true",
      });
    },
  }),

  requireTrue(loadBalancer, "enableDeletionProtection", {
    name: "lb-deletion-protection",
    rule: "A production load balancer must be protected from deletion",
    source: "AWS Security Hub ELB.6",
    stages: ["production"],
  }),

  /** AWS applies the defensive mode where none is set. */
  resourceRule({
    name: "lb-desync-mitigation",
    rule: "A load balancer must mitigate desync attacks in defensive or strictest mode",
    source: "AWS Security Hub ELB.12",
    kinds: [loadBalancer],
    check({ props }, report) {
      const mode = props.desyncMitigationMode;
      if (mode === undefined || mode === "defensive" || mode === "strictest") return;
      report({
        found: shown("desyncMitigationMode", mode),
        fix: "remove desyncMitigationMode, or set it to defensive or strictest",
      });
    },
  }),

  requireLink(
    { target: loadBalancer, holder: webAclAssociation, property: "resourceArn" },
    {
      name: "lb-firewall",
      rule: "A load balancer must be behind a web application firewall",
      source: "AWS Security Hub ELB.16",
      fix: "add a WebAclAssociation of the stage's web ACL with this load balancer",
    },
  ),

  resourceRule({
    name: "lb-http-only-redirects",
    rule: "A listener for plain HTTP must only redirect to HTTPS",
    source: "AWS Security Hub ELB.1",
    kinds: [listener],
    check({ props }, report) {
      if (props.protocol === "HTTPS") return;
      const others = props.defaultActions.filter(
        ({ type, redirect }) => type !== "redirect" || redirect?.protocol !== "HTTPS",
      );
      if (props.defaultActions.length > 0 && others.length === 0) return;
      const actions = others.map(({ type, redirect }) =>
        type === "redirect" ? `redirect to ${redirect?.protocol ?? "the same protocol"}` : type,
      );
      report({
        found: `protocol is ${props.protocol ?? "HTTP"} and defaultActions contains ${actions.join(", ") || "nothing"}`,
        fix: "redirect to HTTPS on port 443 with status code HTTP_301",
      });
    },
  }),

  requireTrue(loadBalancer, "dropInvalidHeaderFields", {
    name: "lb-invalid-headers-dropped",
    rule: "A load balancer must drop invalid headers",
    source: "AWS Security Hub ELB.4",
  }),

  resourceRule({
    name: "lb-modern-tls",
    rule: "An HTTPS listener must accept only TLS 1.2 or 1.3 with forward secrecy",
    source: "AWS Security Hub ELB.17",
    kinds: [listener],
    check({ props }, report) {
      if (props.protocol !== "HTTPS" || modernPolicies.test(props.sslPolicy ?? "")) return;
      report({
        found: shown("sslPolicy", props.sslPolicy),
        fix: "set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
      });
    },
  }),

  resourceRule({
    name: "lb-several-zones",
    rule: "A load balancer must span at least two availability zones",
    source: "AWS Security Hub ELB.13",
    kinds: [loadBalancer],
    check({ props }, report) {
      const count = props.subnets?.length ?? props.subnetMappings?.length ?? 0;
      if (count >= 2) return;
      report({
        found: `subnets lists ${count} of at least 2 subnets`,
        fix: "set subnets to the public subnet of each availability zone",
      });
    },
  }),
];

export const firewallRules: readonly Rule[] = [
  requireLink(
    { target: webAcl, holder: webAclLogging, property: "resourceArn" },
    {
      name: "wafv2-logging",
      rule: "A web ACL must log the requests that it judges",
      source: "AWS Security Hub WAF.11",
      fix: "add a WebAclLoggingConfiguration with the firewall's log group",
    },
  ),

  resourceRule({
    name: "wafv2-metrics",
    rule: "A web ACL must report metrics",
    source: "AWS Security Hub WAF.12",
    kinds: [webAcl],
    check({ props }, report) {
      if (props.visibilityConfig.cloudwatchMetricsEnabled) return;
      report({
        found: "visibilityConfig.cloudwatchMetricsEnabled is false",
        fix: "set visibilityConfig.cloudwatchMetricsEnabled to true",
      });
    },
  }),

  resourceRule({
    name: "wafv2-not-empty",
    rule: "A web ACL must have rules",
    source: "AWS Security Hub WAF.10",
    kinds: [webAcl],
    check({ props }, report) {
      if ((props.rules?.length ?? 0) > 0) return;
      report({ found: "rules is empty", fix: "add the managed rule groups and the rate limits to rules" });
    },
  }),
];
