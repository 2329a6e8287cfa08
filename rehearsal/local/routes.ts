import { isRuleName, type RuleRole } from "../../rollout/logical-names.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import { type FixedAnswer, readListenerDefault, readRuleAction, readRuleHosts } from "./routes/rule-inputs.ts";
import { type PlannedTargetGroup, readTargetGroup } from "./routes/target-group-inputs.ts";

/** A target group's share of a route. */
export interface WeightedTargetGroup {
  readonly arn: string;
  /** Share of the route's weights; the AWS scale of 0 to 999, which this project uses as per cent. */
  readonly weight: number;
}

/** One planned listener rule: the hosts it answers and where their requests go. */
export interface Route {
  /** ARN of the rule. */
  readonly arn: string;
  /** Logical name of the rule. */
  readonly name: string;
  readonly hosts: readonly string[];
  readonly targetGroups: readonly WeightedTargetGroup[];
}

/** Everything a load balancer needs to know, read from one plan. */
export interface Routes {
  /** By rising priority. */
  readonly routes: readonly Route[];
  readonly targetGroups: readonly PlannedTargetGroup[];
  /** The listener's answer to a host that no rule names. */
  readonly defaultAnswer: FixedAnswer;
  /** Seconds that a request may take at a target before it is given up. */
  readonly idleTimeoutSeconds: number;
}

const types = {
  rule: "aws:lb/listenerRule:ListenerRule",
  targetGroup: "aws:lb/targetGroup:TargetGroup",
  listener: "aws:lb/listener:Listener",
  loadBalancer: "aws:lb/loadBalancer:LoadBalancer",
} as const;

/** What an Application Load Balancer uses when nothing is planned (AWS: "Load balancer attributes"). */
const defaultIdleTimeoutSeconds = 60;

/**
 * Reads a plan's routing: listener rules, target groups, the listener's default answer.
 *
 * @throws {Error} when the plan uses something that the local balancer does not model, such as another action than
 * forward, another condition than the host, or stickiness: a rehearsal that quietly left it out would prove nothing
 */
export function readRoutes(resources: readonly PlannedResource[]): Routes {
  const ofType = (type: string) => resources.filter((resource) => resource.type === type);
  const targetGroups = ofType(types.targetGroup).map(readTargetGroup);
  const rules = ofType(types.rule).toSorted((one, other) => priority(one) - priority(other));
  const [first] = rules;
  if (first === undefined) throw new Error(`The plan has no ${types.rule}: there is nothing to route.`);
  const listener = ofType(types.listener).find((candidate) => arnOf(candidate) === first.inputs["listenerArn"]);
  if (listener === undefined) {
    throw new Error(`The plan has no ${types.listener} whose ARN is the listenerArn of rule "${first.name}".`);
  }
  const routes = rules.map((rule) => readRoute(rule, targetGroups));
  const idleTimeout = ofType(types.loadBalancer)[0]?.inputs["idleTimeout"];
  return {
    routes,
    targetGroups,
    defaultAnswer: readListenerDefault(listener),
    idleTimeoutSeconds: typeof idleTimeout === "number" ? idleTimeout : defaultIdleTimeoutSeconds,
  };
}

/**
 * The route of one of the two listener rules, found by the rule's logical name.
 *
 * @throws {Error} when the plan does not have exactly one such rule
 */
export function routeNamed(routes: Routes, role: RuleRole): Route {
  const found = routes.routes.filter(({ name }) => isRuleName(name, role));
  const [route] = found;
  if (route === undefined || found.length > 1) {
    throw new Error(`The plan has ${found.length} listener rules named "...-${role}"; exactly one is expected.`);
  }
  return route;
}

function readRoute(rule: PlannedResource, targetGroups: readonly PlannedTargetGroup[]): Route {
  const forwarded = readRuleAction(rule);
  for (const { arn } of forwarded) {
    if (!targetGroups.some((group) => group.arn === arn)) {
      throw new Error(`Rule "${rule.name}" forwards to ${arn}, which is no target group of the plan.`);
    }
  }
  return { arn: String(arnOf(rule)), name: rule.name, hosts: readRuleHosts(rule), targetGroups: forwarded };
}

function priority(rule: PlannedResource): number {
  const value = Number(rule.inputs["priority"] ?? rule.outputs["priority"]);
  // Rules without a priority are given the next free one, so they come last in the order they were planned.
  return Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER;
}

function arnOf(resource: PlannedResource): unknown {
  return resource.outputs["arn"] ?? resource.id;
}
