/** Mutations of the load balancer, its listeners and the firewall in front of it. */
import {
  addressSet,
  listener,
  loadBalancer,
  logGroup,
  subnet,
  targetGroup,
  webAcl,
  webAclAssociation,
  webAclLogging,
} from "../../../policies/kinds.ts";
import {
  append,
  type Mutation,
  notCaught,
  outputOf,
  production,
  remove,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";

const balancer = the(loadBalancer, "public");
const https = the(listener, "https");
const http = the(listener, "http");
const acl = the(webAcl, "web-acl");
const association = the(webAclAssociation, "web-acl");
const logging = the(webAclLogging, "web-acl");

export const balancerMutations: readonly Mutation[] = [
  set(balancer, "accessLogs.enabled", false, "lb-access-logs"),
  unset(balancer, "accessLogs", "lb-access-logs"),
  set(balancer, "enableDeletionProtection", false, "lb-deletion-protection", production),
  unset(balancer, "enableDeletionProtection", "lb-deletion-protection", production),
  setOption(balancer, { protect: false }, "protected-in-production", production),
  setOption(the(targetGroup, "green"), { protect: false }, "protected-in-production", production),
  set(balancer, "desyncMitigationMode", "monitor", "lb-desync-mitigation"),
  set(balancer, "dropInvalidHeaderFields", false, "lb-invalid-headers-dropped"),
  unset(balancer, "dropInvalidHeaderFields", "lb-invalid-headers-dropped"),
  set(balancer, "subnets", [outputOf(the(subnet, "public-a"), "id")], "lb-several-zones"),
  set(balancer, "enableWafFailOpen", true, "lb-firewall-fails-closed"),
  set(balancer, "xffHeaderProcessingMode", "preserve", "lb-appends-client-address"),
  set(balancer, "xffHeaderProcessingMode", "remove", "lb-appends-client-address"),
  set(balancer, "securityGroups", ["sg-1"], "network-tier-from-tier-before", production),
];

export const listenerMutations: readonly Mutation[] = [
  set(https, "sslPolicy", "ELBSecurityPolicy-2016-08", "lb-modern-tls"),
  set(https, "sslPolicy", "ELBSecurityPolicy-TLS13-1-0-2021-06", "lb-modern-tls"),
  set(https, "sslPolicy", "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "lb-modern-tls"),
  unset(https, "sslPolicy", "lb-modern-tls"),
  set(https, "protocol", "HTTP", "lb-http-only-redirects"),
  set(https, "defaultActions", [{ type: "forward", targetGroupArn: "arn:other" }], "lb-default-forwards-nothing"),
  set(
    https,
    "defaultActions[0]",
    { type: "redirect", redirect: { host: "example.com", statusCode: "HTTP_302" } },
    "lb-default-forwards-nothing",
  ),
  unset(https, "routingHttpResponseStrictTransportSecurityHeaderValue", "lb-strict-transport"),
  set(https, "routingHttpResponseStrictTransportSecurityHeaderValue", "max-age=0", "lb-strict-transport"),
  unset(https, "routingHttpResponseXContentTypeOptionsHeaderValue", "lb-no-sniffing"),
  remove(https, "lb-https-listener"),
  set(http, "defaultActions[0].redirect.protocol", "HTTP", "lb-http-only-redirects"),
  unset(http, "defaultActions[0].redirect.protocol", "lb-http-only-redirects"),
  set(http, "defaultActions", [{ type: "forward", targetGroupArn: "arn:other" }], "lb-http-only-redirects"),
  set(
    http,
    "defaultActions",
    [{ type: "fixed-response", fixedResponse: { contentType: "text/plain", statusCode: "200" } }],
    "lb-http-only-redirects",
  ),
];

export const firewallMutations: readonly Mutation[] = [
  remove(association, "lb-firewall"),
  set(association, "resourceArn", "arn:other", "lb-firewall"),
  set(
    association,
    "webAclArn",
    "arn:aws:wafv2:ap-southeast-2:123456789012:regional/webacl/other/1",
    "lb-firewall-is-the-stages",
  ),
  remove(acl, "lb-firewall-is-the-stages"),
  set(acl, "rules", [], "wafv2-not-empty"),
  unset(acl, "rules", "wafv2-not-empty"),
  unset(acl, "rules[login-rate]", "wafv2-login-limit"),
  set(acl, "rules[login-rate].action", { count: {} }, "wafv2-login-limit"),
  set(acl, "rules[login-rate].action", { allow: {} }, "wafv2-login-limit"),
  set(acl, "rules[login-rate].statement.rateBasedStatement.limit", 100_000, "wafv2-login-limit"),
  set(
    acl,
    "rules[login-rate].statement.rateBasedStatement.scopeDownStatement",
    {
      byteMatchStatement: {
        fieldToMatch: { uriPath: {} },
        positionalConstraint: "EXACTLY",
        searchString: "/nothing",
        textTransformations: [],
      },
    },
    "wafv2-login-limit",
  ),
  unset(acl, "rules[candidate-host-rate]", "wafv2-candidate-host-limit"),
  // Staging's plan has allowed addresses.
  unset(acl, "rules[candidate-host-access]", "wafv2-allowed-addresses-hold", ["staging"]),
  set(acl, "rules[candidate-host-access].action", { count: {} }, "wafv2-allowed-addresses-hold", ["staging"]),
  set(
    the(addressSet, "candidate-host-ipv4"),
    "addresses",
    ["128.0.0.0/1"],
    notCaught("Who may test the candidate is the stage's config, edge.candidateHostAllowedRanges."),
    ["staging"],
  ),
  set(acl, "rules[candidate-host-rate].action", { count: {} }, "wafv2-candidate-host-limit"),
  set(
    acl,
    "rules[candidate-host-rate].statement.rateBasedStatement.scopeDownStatement.byteMatchStatement.searchString",
    "api.celebrant-portal.com",
    "wafv2-candidate-host-limit",
  ),
  unset(acl, "rules[request-rate]", "wafv2-request-limit"),
  set(acl, "rules[request-rate].action", { count: {} }, "wafv2-request-limit"),
  set(
    acl,
    "rules[request-rate].statement.rateBasedStatement.scopeDownStatement",
    { geoMatchStatement: { countryCodes: ["AQ"] } },
    "wafv2-request-limit",
  ),
  set(
    acl,
    "rules[request-rate].statement.rateBasedStatement.limit",
    2_000_000,
    notCaught("How many requests are too many is the stage's config, edge.requestsPerFiveMinutes."),
  ),
  unset(acl, "rules[common]", "wafv2-managed-rules-block"),
  unset(acl, "rules[sql-injection]", "wafv2-managed-rules-block"),
  unset(acl, "rules[known-bad-inputs]", "wafv2-managed-rules-block"),
  set(acl, "rules[common].overrideAction", { count: {} }, "wafv2-managed-rules-block"),
  set(acl, "rules[sql-injection].overrideAction", { count: {} }, "wafv2-managed-rules-block"),
  set(acl, "rules[known-bad-inputs].overrideAction", { count: {} }, "wafv2-managed-rules-block"),
  append(
    acl,
    "rules[common].statement.managedRuleGroupStatement.ruleActionOverrides",
    { name: "CrossSiteScripting_BODY", actionToUse: { count: {} } },
    "wafv2-managed-rules-block",
  ),
  append(
    acl,
    "rules[sql-injection].statement.managedRuleGroupStatement.ruleActionOverrides",
    { name: "SQLi_BODY", actionToUse: { allow: {} } },
    "wafv2-managed-rules-block",
  ),
  set(
    acl,
    "rules[common].statement.managedRuleGroupStatement.scopeDownStatement",
    { geoMatchStatement: { countryCodes: ["AQ"] } },
    "wafv2-managed-rules-block",
  ),
  append(
    acl,
    "rules",
    {
      name: "let-in",
      priority: 100,
      action: { allow: {} },
      statement: { geoMatchStatement: { countryCodes: ["AU"] } },
      visibilityConfig: { cloudwatchMetricsEnabled: true, metricName: "let-in", sampledRequestsEnabled: true },
    },
    "wafv2-nothing-let-past",
  ),
  set(acl, "visibilityConfig.cloudwatchMetricsEnabled", false, "wafv2-metrics"),
  set(acl, "rules[common].visibilityConfig.cloudwatchMetricsEnabled", false, "wafv2-metrics"),
  unset(acl, "dataProtectionConfig", "wafv2-no-credentials-in-logs"),
  remove(logging, "wafv2-logging"),
  set(logging, "resourceArn", "arn:other", "wafv2-logging"),
  unset(logging, "redactedFields", "wafv2-no-credentials-in-logs"),
  set(logging, "redactedFields", [{ singleHeader: { name: "cookie" } }], "wafv2-no-credentials-in-logs"),
  set(logging, "loggingFilter", { defaultBehavior: "DROP", filters: [] }, "wafv2-logs-everything"),
  remove(the(logGroup, "web-acl"), "logs-destination-exists"),
];
