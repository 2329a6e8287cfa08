import type { wafv2 } from "@pulumi/aws/types/input.js";
import type * as pulumi from "@pulumi/pulumi";

/** What the firewall's rules are made from. Limits are for one address, over five minutes. */
export interface WebAclRuleArgs {
  /** Requests that one address may make in five minutes, at least 10. */
  readonly requestsPerFiveMinutes: number;
  /** Login attempts that one address may make in five minutes. */
  readonly loginRequestsPerFiveMinutes: number;
  /** Paths whose POST requests count as login attempts, at least one. */
  readonly loginPathPrefixes: readonly string[];
  /** The candidate's own host. */
  readonly candidateHost: string;
  /** Requests that this host takes in five minutes from all addresses together, at least 10. */
  readonly candidateHostRequestsPerFiveMinutes: number;
  /** Sets of the addresses that this host answers, by ARN. Default: none, and it answers all addresses. */
  readonly candidateHostAddressSetArns?: readonly pulumi.Input<string>[];
  /**
   * Header in which a proxy in front names the client's address, such as `CF-Connecting-IP`. Only for a load balancer
   * that admits the proxy alone: anybody else could write any address in it, or leave it out. Default: no proxy.
   */
  readonly clientIpHeader?: string;
}

/** A rule without its place. The web ACL numbers its rules in the order of its list. */
type UnplacedRule = Omit<wafv2.WebAclRule, "priority" | "visibilityConfig" | "name"> & { readonly name: string };

/**
 * The firewall's rules in their order: who may use the candidate's own host, then rate limits, so that a flood costs no further inspection, then AWS's managed
 * rule groups. Each has a metric and samples of its own (FSBP WAF.12).
 *
 * @throws {RangeError} when loginPathPrefixes is empty
 */
export function webAclRules(args: WebAclRuleArgs): wafv2.WebAclRule[] {
  const rules = [...candidateHostRules(args), ...rateRules(args), ...managedRules(args)];
  return rules.map((rule, priority) => ({ ...rule, priority, visibilityConfig: visibility(rule.name) }));
}

/** Metrics under `metricName`, and samples of the requests of the last three hours. */
export function visibility(metricName: string): wafv2.WebAclVisibilityConfig {
  return { metricName, cloudwatchMetricsEnabled: true, sampledRequestsEnabled: true };
}

type Statement = wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement;

const windowSeconds = 300;

/** Too many requests. A client that honours 429 waits, and does not take it for a lost permission as it would a 403. */
const tooManyRequests = { block: { customResponse: { responseCode: 429 } } };

/**
 * The rules of the candidate's own host, whose tasks also serve a part of the public.
 *
 * Its limit counts all addresses together, because it protects the tasks and not a client from another. An address that is
 * not allowed gets 404, as it does from a host that no rule names.
 */
function candidateHostRules(args: WebAclRuleArgs): readonly UnplacedRule[] {
  const { candidateHostAddressSetArns: sets = [], candidateHostRequestsPerFiveMinutes: limit } = args;
  const isCandidateHost = hostStartsWith(args.candidateHost);
  const rateRule: UnplacedRule = {
    name: "candidate-host-rate",
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec: windowSeconds,
        aggregateKeyType: "CONSTANT",
        scopeDownStatement: isCandidateHost,
      },
    },
  };
  if (sets.length === 0) return [rateRule];
  const isAllowed = anyOf(sets.map((arn) => isInSet(arn, args.clientIpHeader)));
  const accessRule: UnplacedRule = {
    name: "candidate-host-access",
    action: { block: { customResponse: { responseCode: 404 } } },
    statement: { andStatement: { statements: [isCandidateHost, { notStatement: { statement: isAllowed } }] } },
  };
  return [accessRule, rateRule];
}

/** A host's name may be followed by a port or a full stop, and the load balancer still takes it for this host. */
function hostStartsWith(host: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { singleHeader: { name: "host" } },
      positionalConstraint: "STARTS_WITH",
      searchString: host,
      textTransformations: [{ priority: 0, type: "LOWERCASE" }],
    },
  };
}

/** Behind a proxy the client's address is the one that the proxy names; an address that is none is in no set. */
function isInSet(arn: pulumi.Input<string>, clientIpHeader: string | undefined): Statement {
  if (clientIpHeader === undefined) return { ipSetReferenceStatement: { arn } };
  const ipSetForwardedIpConfig = { headerName: clientIpHeader, fallbackBehavior: "NO_MATCH", position: "FIRST" };
  return { ipSetReferenceStatement: { arn, ipSetForwardedIpConfig } };
}

/** The limit on login attempts (guide M4: brute force) and the limit on all requests. */
function rateRules(args: WebAclRuleArgs): readonly UnplacedRule[] {
  const limitRule = (name: string, limit: number, scopeDownStatement?: Statement): UnplacedRule => ({
    name,
    action: tooManyRequests,
    statement: {
      rateBasedStatement: {
        limit,
        evaluationWindowSec: windowSeconds,
        ...aggregation(args.clientIpHeader),
        scopeDownStatement,
      },
    },
  });
  return [
    limitRule("login-rate", args.loginRequestsPerFiveMinutes, loginAttempt(args)),
    limitRule("request-rate", args.requestsPerFiveMinutes),
  ];
}

/**
 * Which address a request is counted for. The proxy always writes an address, so a header without one matches the rule
 * and is refused. A request without the header is not counted at all. So the load balancer must admit the proxy alone
 * (AWS WAF, "Using forwarded IP addresses in AWS WAF").
 */
function aggregation(clientIpHeader: string | undefined) {
  if (clientIpHeader === undefined) return { aggregateKeyType: "IP" };
  return {
    aggregateKeyType: "FORWARDED_IP",
    forwardedIpConfig: { headerName: clientIpHeader, fallbackBehavior: "MATCH" },
  };
}

function loginAttempt({ loginPathPrefixes }: WebAclRuleArgs): Statement {
  if (loginPathPrefixes.length === 0) {
    throw new RangeError("loginPathPrefixes is empty. The login limit needs a path: name the login path's prefix.");
  }
  return { andStatement: { statements: [isPost, anyOf(loginPathPrefixes.map(pathStartsWith))] } };
}

const isPost: Statement = {
  byteMatchStatement: {
    fieldToMatch: { method: {} },
    positionalConstraint: "EXACTLY",
    searchString: "POST",
    textTransformations: [{ priority: 0, type: "NONE" }],
  },
};

/** The path is decoded first: uvicorn routes `/%6cogin` to `/login` as well. */
function pathStartsWith(prefix: string): Statement {
  return {
    byteMatchStatement: {
      fieldToMatch: { uriPath: {} },
      positionalConstraint: "STARTS_WITH",
      searchString: prefix,
      textTransformations: [{ priority: 0, type: "URL_DECODE" }],
    },
  };
}

/** AWS WAF refuses an OR of fewer than two statements. */
function anyOf(statements: readonly Statement[]): Statement {
  const [only, ...others] = statements;
  if (only === undefined) throw new RangeError("An OR of no statements is none.");
  return others.length === 0 ? only : { orStatement: { statements: [...statements] } };
}

/**
 * AWS's managed rule groups. They use 1175 of the 1500 capacity units that cost nothing extra (AWS WAF, "Baseline rule
 * groups", "Use-case specific rule groups", "IP reputation rule groups").
 *
 * - Bodies above 8 KB are counted and not refused, because the portal takes file uploads (guide T4). The other rules
 *   still inspect as much of a body as AWS WAF forwards.
 * - The anonymous list counts only. It names hosting providers, and the frontend renders on one.
 * - The reputation list judges the address that connects. Behind a proxy that is the proxy's address, which all visitors
 *   share, so there it counts only.
 */
function managedRules({ clientIpHeader }: WebAclRuleArgs): readonly UnplacedRule[] {
  const count = { count: {} };
  const block = { none: {} };
  const groupRule = (
    name: string,
    group: string,
    overrideAction: wafv2.WebAclRuleOverrideAction,
    countedRules: readonly string[] = [],
  ): UnplacedRule => ({
    name,
    overrideAction,
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: count })),
      },
    },
  });
  const behindProxy = clientIpHeader !== undefined;
  return [
    groupRule("ip-reputation", "AWSManagedRulesAmazonIpReputationList", behindProxy ? count : block),
    groupRule("anonymous-ip", "AWSManagedRulesAnonymousIpList", count),
    groupRule("common", "AWSManagedRulesCommonRuleSet", block, ["SizeRestrictions_BODY"]),
    groupRule("known-bad-inputs", "AWSManagedRulesKnownBadInputsRuleSet", block),
    groupRule("sql-injection", "AWSManagedRulesSQLiRuleSet", block),
  ];
}
