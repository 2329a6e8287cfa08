import type { UnplacedRule } from "./web-acl-rule.ts";

interface ManagedGroup {
  /** Name of the rule in the web ACL. */
  readonly name: string;
  /** Name of AWS's rule group. */
  readonly group: string;
  /** Whether the whole group only counts. */
  readonly countOnly?: boolean;
  /** Rules of the group that only count. */
  readonly countedRules?: readonly string[];
}

/**
 * AWS's managed rule groups, 1175 of the 1500 capacity units that cost nothing extra (AWS WAF, "Baseline rule groups",
 * "Use-case specific rule groups", "IP reputation rule groups").
 *
 * - Bodies above 8 KB are counted, not refused: the portal takes file uploads (guide T4). What AWS WAF forwards of a body
 *   is still inspected by the other rules.
 * - The anonymous list counts, because it names hosting providers, and the frontend renders on one.
 * - The reputation list judges the address that connects. Behind a proxy that is the proxy's, shared by everybody, so
 *   there it counts.
 *
 * @param behindProxy whether requests arrive from a proxy's addresses instead of the clients' own
 */
export function managedRules(behindProxy: boolean): readonly UnplacedRule[] {
  const groups: readonly ManagedGroup[] = [
    { name: "ip-reputation", group: "AWSManagedRulesAmazonIpReputationList", countOnly: behindProxy },
    { name: "anonymous-ip", group: "AWSManagedRulesAnonymousIpList", countOnly: true },
    { name: "common", group: "AWSManagedRulesCommonRuleSet", countedRules: ["SizeRestrictions_BODY"] },
    { name: "known-bad-inputs", group: "AWSManagedRulesKnownBadInputsRuleSet" },
    { name: "sql-injection", group: "AWSManagedRulesSQLiRuleSet" },
  ];
  return groups.map(managedRule);
}

function managedRule({ name, group, countOnly = false, countedRules = [] }: ManagedGroup): UnplacedRule {
  return {
    name,
    overrideAction: countOnly ? { count: {} } : { none: {} },
    statement: {
      managedRuleGroupStatement: {
        vendorName: "AWS",
        name: group,
        ruleActionOverrides: countedRules.map((rule) => ({ name: rule, actionToUse: { count: {} } })),
      },
    },
  };
}
