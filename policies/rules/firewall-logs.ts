/** Rules on what the firewall logs and measures. */
import { webAcl, webAclLogging } from "../kinds.ts";
import { requireLink } from "../links.ts";
import { type Rule, resourceRule, stackRule } from "../rule.ts";

/** Headers that let whoever reads them act as the caller. */
const credentialHeaders = ["authorization", "cookie"];

export const firewallLogRules: readonly Rule[] = [
  stackRule({
    name: "wafv2-no-credentials-in-logs",
    rule: "Neither the log nor the samples of a web ACL may hold what lets its reader act as the caller",
    source: "AWS WAF: Data protection and logging",
    kinds: [webAcl, webAclLogging],
    check({ all }, report) {
      for (const logging of all(webAclLogging)) {
        const redacted = (logging.props.redactedFields ?? []).map(({ singleHeader }) =>
          singleHeader?.name.toLowerCase(),
        );
        const plain = credentialHeaders.filter((header) => !redacted.includes(header));
        if (plain.length === 0) continue;
        report(logging, {
          found: `redactedFields does not contain ${plain.join(", ")}`,
          fix: `add a singleHeader for each of ${credentialHeaders.join(", ")} to redactedFields`,
        });
      }
      for (const acl of all(webAcl)) {
        const hidden = (acl.props.dataProtectionConfig?.dataProtections ?? []).flatMap(
          ({ field }) => field.fieldKeys ?? [],
        );
        const plain = credentialHeaders.filter((header) => !hidden.includes(header));
        if (plain.length === 0) continue;
        report(acl, {
          found: `dataProtectionConfig does not contain ${plain.join(", ")}`,
          fix: `protect the headers ${credentialHeaders.join(", ")} in dataProtectionConfig`,
        });
      }
    },
  }),

  resourceRule({
    name: "wafv2-logs-everything",
    rule: "A web ACL's log must hold every request that it judges",
    source: "AWS Security Hub WAF.11",
    kinds: [webAclLogging],
    check({ props }, report) {
      if (props.loggingFilter === undefined) return;
      report({ found: "loggingFilter is set", fix: "remove loggingFilter" });
    },
  }),

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
    rule: "A web ACL and each of its rules must report metrics",
    source: "AWS Security Hub WAF.12",
    kinds: [webAcl],
    check({ props }, report) {
      const silent = (props.rules ?? []).filter(({ visibilityConfig }) => !visibilityConfig.cloudwatchMetricsEnabled);
      const places = [
        ...(props.visibilityConfig.cloudwatchMetricsEnabled ? [] : ["visibilityConfig"]),
        ...silent.map(({ name }) => `visibilityConfig of rule ${name}`),
      ];
      if (places.length === 0) return;
      report({
        found: `cloudwatchMetricsEnabled is false in ${places.join(", ")}`,
        fix: "set visibilityConfig.cloudwatchMetricsEnabled to true",
      });
    },
  }),
];
