/** Rules on the firewall in front of the load balancer. */
import type { WebAclArgs } from "@pulumi/aws/wafv2/webAcl.js";
import type { Unwrap } from "@pulumi/pulumi";
import { addressSet, listenerRule, webAcl, webAclAssociation } from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { candidateRuleOf, hostPatternsOf } from "../rollout-roles.ts";
import { type Rule, resourceRule, stackRule } from "../rule.ts";

type FirewallRule = NonNullable<Unwrap<WebAclArgs>["rules"]>[number];

/** Groups of AWS that must block. Others may count: they turn away customers behind shared addresses. */
const blockingGroups = [
  "AWSManagedRulesCommonRuleSet",
  "AWSManagedRulesKnownBadInputsRuleSet",
  "AWSManagedRulesSQLiRuleSet",
];

/** The one rule of these groups that may count: uploads are larger than the 8 KB that it allows. */
const countingRules = ["SizeRestrictions_BODY"];

export const firewallRules: readonly Rule[] = [
  stackRule({
    name: "lb-firewall-is-the-stages",
    rule: "A load balancer must be associated with a web ACL of its own stack, which these policies judge",
    source: "AWS Security Hub ELB.16",
    kinds: [webAcl, webAclAssociation],
    check({ all }, report) {
      for (const association of all(webAclAssociation)) {
        if (all(webAcl).some((acl) => refersTo(association, "webAclArn", acl))) continue;
        report(association, {
          found: "webAclArn names no WebAcl of this stack",
          fix: "set webAclArn to the stage's web ACL",
        });
      }
    },
  }),

  aclRule({
    name: "wafv2-login-limit",
    rule: "A web ACL must block addresses that try to log in too often, at a lower limit than for all requests",
    source: "deployment guide M4",
    check(rules) {
      const limit = Math.min(...rules.filter(isRequestLimit).map((rule) => rateOf(rule)?.limit ?? 0));
      const logins = rules.filter((rule) => {
        const scope = JSON.stringify(rateOf(rule)?.scopeDownStatement ?? "");
        return scope.includes('"STARTS_WITH"') && scope.includes('"uriPath"');
      });
      if (logins.length === 0) return "no rate limit looks at the beginning of a path";
      return logins.some((rule) => blocks(rule) && (rateOf(rule)?.limit ?? 0) < limit)
        ? undefined
        : logins
            .map((rule) => `rule ${rule.name} has the action ${actionOf(rule)} and the limit ${rateOf(rule)?.limit}`)
            .join(", ");
    },
    fix: "add the rate limit for loginPathPrefixes, with the action block and a limit below that for all requests",
  }),

  aclRule({
    name: "wafv2-request-limit",
    rule: "A web ACL must block addresses that send too many requests",
    source: "deployment guide M4",
    check(rules) {
      const limits = rules.filter(isRequestLimit);
      if (limits.length === 0) return "no rate limit counts all requests";
      return limits.some(blocks)
        ? undefined
        : limits.map((rule) => `rule ${rule.name} has the action ${actionOf(rule)}`).join(", ");
    },
    fix: "add the rate limit for all requests, with the action block",
  }),

  /** The candidate's tasks serve a part of the public as well. */
  stackRule({
    name: "wafv2-candidate-host-limit",
    rule: "A web ACL must limit the requests to the candidate's own host, whose tasks also serve the public",
    source: "project rule",
    kinds: [listenerRule, webAcl],
    check(stack, report) {
      const rule = candidateRuleOf(stack);
      const [host] = rule === undefined ? [] : (hostPatternsOf(rule) ?? []);
      if (host === undefined) return;
      for (const acl of stack.all(webAcl)) {
        const limits = (acl.props.rules ?? []).filter((one) => limitedHostOf(one) === host);
        if (limits.some(blocks)) continue;
        report(acl, {
          found:
            limits.length === 0
              ? `no rate limit looks for the host ${host}`
              : limits.map((one) => `rule ${one.name} has the action ${actionOf(one)}`).join(", "),
          fix: "add the rate limit for the candidate's own host, with the action block",
        });
      }
    },
  }),

  stackRule({
    name: "wafv2-allowed-addresses-hold",
    rule: "A set of addresses must be asked for by a rule that blocks whoever is not in it, or it keeps nobody out",
    source: "project rule",
    kinds: [addressSet, webAcl],
    check({ all }, report) {
      const blocking = all(webAcl)
        .flatMap(({ props }) => (props.rules ?? []).filter(blocks))
        .map(({ statement }) => JSON.stringify(statement))
        .filter((text) => text.includes('"notStatement"'));
      for (const set of all(addressSet)) {
        const arn = known(() => set.props.arn);
        if (arn === undefined || blocking.some((text) => text.includes(JSON.stringify(arn)))) continue;
        report(set, {
          found: "no rule with the action block asks for it in a notStatement",
          fix: "name it in the rule candidate-host-access of the stage's web ACL",
        });
      }
    },
  }),

  aclRule({
    name: "wafv2-managed-rules-block",
    rule: "A web ACL must block what AWS's common, known-bad-input and SQL rules find, in all requests",
    source: "AWS WAF: AWS Managed Rules rule groups list",
    check(rules) {
      const problems = blockingGroups.flatMap((group) => {
        const rule = rules.find(({ statement }) => statement.managedRuleGroupStatement?.name === group);
        return rule === undefined ? [`rules has no ${group}`] : problemsOf(rule);
      });
      return problems.length === 0 ? undefined : problems.join(", ");
    },
    fix: `add the groups ${blockingGroups.join(", ")} with the overrideAction none and no scopeDownStatement, and let only ${countingRules.join(", ")} count`,
  }),

  aclRule({
    name: "wafv2-nothing-let-past",
    rule: "No rule of a web ACL may allow requests, because the rules behind it would not see them",
    source: "AWS WAF: Setting rule priority",
    check(rules) {
      const allowing = rules.filter(({ action }) => action?.allow !== undefined).map(({ name }) => name);
      return allowing.length === 0 ? undefined : `the action of ${allowing.join(", ")} is allow`;
    },
    fix: "remove the rule, or make it an exception within the rule that blocks",
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

/** A rule on the list of a web ACL's rules: `check` says what is wrong with it. */
function aclRule({
  check,
  fix,
  ...text
}: Pick<Parameters<typeof resourceRule>[0], "name" | "rule" | "source"> & {
  readonly check: (rules: readonly FirewallRule[]) => string | undefined;
  readonly fix: string;
}): Rule {
  return resourceRule({
    ...text,
    kinds: [webAcl],
    check({ props }, report) {
      const found = check(props.rules ?? []);
      if (found !== undefined) report({ found, fix });
    },
  });
}

function rateOf({ statement }: FirewallRule) {
  return statement.rateBasedStatement;
}

function isRequestLimit(rule: FirewallRule): boolean {
  const rate = rateOf(rule);
  return rate !== undefined && rate.scopeDownStatement === undefined;
}

/** The host whose requests a rule limits; undefined where it limits something else. */
function limitedHostOf(rule: FirewallRule): string | undefined {
  const match = rateOf(rule)?.scopeDownStatement?.byteMatchStatement;
  return match?.fieldToMatch?.singleHeader?.name === "host" ? match.searchString : undefined;
}

function blocks({ action }: FirewallRule): boolean {
  return action?.block !== undefined;
}

function actionOf({ action }: FirewallRule): string {
  return Object.keys(action ?? {}).join(", ") || "none";
}

/** What keeps a managed group from blocking what it finds. */
function problemsOf({ name, overrideAction, statement }: FirewallRule): readonly string[] {
  const { ruleActionOverrides = [], scopeDownStatement } = statement.managedRuleGroupStatement ?? {};
  const loosened = ruleActionOverrides.filter(
    (override) => !countingRules.includes(override.name) && override.actionToUse?.block === undefined,
  );
  return [
    ...(overrideAction?.none === undefined
      ? [`overrideAction of rule ${name} is ${Object.keys(overrideAction ?? {}).join(", ") || "not set"}`]
      : []),
    ...(scopeDownStatement === undefined ? [] : [`rule ${name} has a scopeDownStatement`]),
    ...loosened.map((override) => `rule ${name} overrides ${override.name}`),
  ];
}
