import type { wafv2 } from "@pulumi/aws/types/input.js";
import type { UnplacedRule } from "./web-acl-rule.ts";

/** Limits for one address, over five minutes. */
export interface RateLimits {
  readonly requestsPerFiveMinutes: number;
  readonly loginRequestsPerFiveMinutes: number;
  /** Paths whose POST requests are login attempts. */
  readonly loginPathPrefixes: readonly string[];
  /** Header in which a proxy names the client's address. Default: the address that connects. */
  readonly clientIpHeader?: string;
}

type Statement = wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatement;

const windowSeconds = 300;

/** Too many requests: a client that honours 429 waits, and does not take a 403 for a lost permission. */
const tooManyRequests = { block: { customResponse: { responseCode: 429 } } };

/** The limit on login attempts (guide M4: brute force) and the limit on everything. */
export function rateRules(limits: RateLimits): readonly UnplacedRule[] {
  return [
    limitRule("login-rate", limits.loginRequestsPerFiveMinutes, limits.clientIpHeader, loginAttempt(limits)),
    limitRule("request-rate", limits.requestsPerFiveMinutes, limits.clientIpHeader),
  ];
}

function limitRule(name: string, limit: number, clientIpHeader?: string, scopeDownStatement?: Statement): UnplacedRule {
  const rateBasedStatement = {
    limit,
    evaluationWindowSec: windowSeconds,
    ...aggregation(clientIpHeader),
    ...(scopeDownStatement === undefined ? {} : { scopeDownStatement }),
  };
  return { name, action: tooManyRequests, statement: { rateBasedStatement } };
}

/**
 * Whom a request is counted for. A header that holds no address matches the rule and is refused: the proxy always writes
 * one. Without the header a request is not counted at all, so the load balancer must admit the proxy alone (AWS WAF,
 * "Using forwarded IP addresses in AWS WAF").
 */
function aggregation(clientIpHeader: string | undefined) {
  if (clientIpHeader === undefined) return { aggregateKeyType: "IP" };
  return {
    aggregateKeyType: "FORWARDED_IP",
    forwardedIpConfig: { headerName: clientIpHeader, fallbackBehavior: "MATCH" },
  };
}

function loginAttempt({ loginPathPrefixes }: RateLimits): Statement {
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
  if (only === undefined) {
    throw new RangeError("loginPathPrefixes is empty. The login limit needs a path: name the login path's prefix.");
  }
  return others.length === 0 ? only : { orStatement: { statements: [...statements] } };
}
