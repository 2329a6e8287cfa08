/** Rules on the load balancer and its listeners. */
import { listener, listenerRule, loadBalancer, webAclAssociation } from "../kinds.ts";
import { refersTo, requireLink } from "../links.ts";
import { targetGroupsOf } from "../rollout-roles.ts";
import { type Rule, requireTrue, resourceRule, shown, stackRule } from "../rule.ts";

/** Application Load Balancer guide, "Security policies": without Ext1 and Ext2, which add ciphers without forward secrecy. */
const modernPolicies = /^ELBSecurityPolicy-TLS13-1-(3|2|2-Res)(-FIPS)?(-PQ)?-\d{4}-\d{2}$/;

/** One year in seconds: what browsers' preload list asks for. */
const leastTransportSeconds = 31_536_000;

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

  stackRule({
    name: "lb-http-rules-only-redirect",
    rule: "A rule of a listener for plain HTTP must not forward, because requests would go to a colour in plain text and past the weights",
    source: "AWS Security Hub ELB.1",
    kinds: [listener, listenerRule],
    check({ all }, report) {
      const plain = all(listener).filter(({ props }) => props.protocol !== "HTTPS");
      for (const rule of all(listenerRule)) {
        const holder = plain.find((candidate) => refersTo(rule, "listenerArn", candidate));
        if (holder === undefined || targetGroupsOf(rule.props).length === 0) continue;
        report(rule, {
          found: `listenerArn is listener ${holder.name}, whose protocol is ${holder.props.protocol ?? "HTTP"}`,
          fix: "set listenerArn to the HTTPS listener",
        });
      }
    },
  }),

  stackRule({
    name: "lb-https-listener",
    rule: "A load balancer must have a listener for HTTPS",
    source: "AWS Security Hub ELB.18",
    kinds: [listener, loadBalancer],
    check({ all }, report) {
      const secure = all(listener).filter(({ props }) => props.protocol === "HTTPS");
      for (const balancer of all(loadBalancer)) {
        if (secure.some((candidate) => refersTo(candidate, "loadBalancerArn", balancer))) continue;
        report(balancer, {
          found: "no Listener with the protocol HTTPS names it as loadBalancerArn",
          fix: "add a Listener with the protocol HTTPS on port 443",
        });
      }
    },
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

  /** What no rule names is nobody's host: a forward there would serve it past the weights. */
  resourceRule({
    name: "lb-default-forwards-nothing",
    rule: "An HTTPS listener must answer what no rule matches with a fixed error",
    source: "project rule",
    kinds: [listener],
    check({ props }, report) {
      if (props.protocol !== "HTTPS") return;
      const actions = props.defaultActions;
      if (actions.length > 0 && actions.every(({ fixedResponse }) => /^[45]/.test(fixedResponse?.statusCode ?? "")))
        return;
      report({
        found: `defaultActions contains ${actions.map(({ type }) => type).join(", ") || "nothing"}`,
        fix: "set defaultActions to one fixed-response with the status code 404",
      });
    },
  }),

  resourceRule({
    name: "lb-strict-transport",
    rule: "An HTTPS listener must tell browsers to use HTTPS alone, for at least a year",
    source: "AWS Application Load Balancers: HTTP header modification",
    kinds: [listener],
    check({ props }, report) {
      const header = props.routingHttpResponseStrictTransportSecurityHeaderValue;
      const seconds = Number(/max-age=(\d+)/.exec(header ?? "")?.[1] ?? 0);
      if (props.protocol !== "HTTPS" || seconds >= leastTransportSeconds) return;
      report({
        found: shown("routingHttpResponseStrictTransportSecurityHeaderValue", header),
        fix: `set it to max-age=${leastTransportSeconds}; includeSubDomains`,
      });
    },
  }),

  resourceRule({
    name: "lb-no-sniffing",
    rule: "An HTTPS listener must tell browsers to take answers for what they say they are",
    source: "AWS Application Load Balancers: HTTP header modification",
    kinds: [listener],
    check({ props }, report) {
      const header = props.routingHttpResponseXContentTypeOptionsHeaderValue;
      if (props.protocol !== "HTTPS" || header === "nosniff") return;
      report({ found: shown("routingHttpResponseXContentTypeOptionsHeaderValue", header), fix: "set it to nosniff" });
    },
  }),

  resourceRule({
    name: "lb-firewall-fails-closed",
    rule: "A load balancer must not forward requests that the firewall could not judge",
    source: "AWS Application Load Balancers: AWS WAF fail open",
    kinds: [loadBalancer],
    check({ props }, report) {
      if (props.enableWafFailOpen !== true) return;
      report({ found: "enableWafFailOpen is true", fix: "set enableWafFailOpen to false" });
    },
  }),

  /** The API trusts the last address of the header, which only the balancer may write. AWS appends where nothing is set. */
  resourceRule({
    name: "lb-appends-client-address",
    rule: "A load balancer must append the caller's address to X-Forwarded-For, or callers can name any address",
    source: "AWS Application Load Balancers: X-Forwarded headers",
    kinds: [loadBalancer],
    check({ props }, report) {
      const mode = props.xffHeaderProcessingMode;
      if (mode === undefined || mode === "append") return;
      report({ found: shown("xffHeaderProcessingMode", mode), fix: "set xffHeaderProcessingMode to append" });
    },
  }),
];
