import {
  DescribeRulesCommand,
  type ElasticLoadBalancingV2Client,
  type Rule,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { type ListenerRule, type PublicPath, publicPathOf } from "../../rollout/public-path.ts";
import { explained } from "./client.ts";

/**
 * Reads how requests of the public host come to the public rule: by one call, since AWS lists a listener's rules 100 and more
 * at a time.
 *
 * @param host the public host; by default the one that the public rule names
 */
export async function readPublicPath(
  client: ElasticLoadBalancingV2Client,
  { publicRuleArn, host }: { readonly publicRuleArn: string; readonly host?: string | undefined },
): Promise<PublicPath> {
  const rules: Rule[] = [];
  let marker: string | undefined;
  do {
    const page = await explained("the listener's rules could not be read", () =>
      client.send(new DescribeRulesCommand({ ListenerArn: listenerOf(publicRuleArn), Marker: marker })),
    );
    rules.push(...(page.Rules ?? []));
    marker = page.NextMarker;
  } while (marker !== undefined && marker !== "");
  const path = publicPathOf(rules.map(listenerRuleOf), publicRuleArn, host);
  if (path !== undefined) return path;
  throw new Error(
    `AWS: the public rule ${publicRuleArn} is not in its listener: somebody has deleted it. docs/runbook.md, Something is missing in AWS, says how to create it again.`,
  );
}

/** The listener of a rule: `…:listener-rule/app/<name>/<id>/<listener>/<rule>`. */
function listenerOf(ruleArn: string): string {
  return ruleArn.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "");
}

function listenerRuleOf({ RuleArn = "", Priority, Conditions = [], Actions = [] }: Rule): ListenerRule {
  const priority = Number(Priority);
  const sticky = Actions.map(({ ForwardConfig }) => ForwardConfig?.TargetGroupStickinessConfig).find(
    (config) => config?.Enabled === true,
  );
  return {
    arn: RuleArn,
    priority: Number.isInteger(priority) ? priority : null,
    conditions: Conditions.map(conditionOf),
    stickySeconds: sticky === undefined ? null : (sticky.DurationSeconds ?? 0),
  };
}

/** AWS names the values in `Values`, and again in a block of the condition's kind. */
function conditionOf(condition: RuleCondition) {
  const { Field = "", Values, HostHeaderConfig, PathPatternConfig } = condition;
  const config = HostHeaderConfig ?? PathPatternConfig;
  return {
    field: Field,
    values: config?.Values ?? Values ?? [],
    regexes: [...(config?.RegexValues ?? []), ...(condition.RegexValues ?? [])],
  };
}
