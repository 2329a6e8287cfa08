import { z } from "zod";
import type { StackOutputs } from "../../infra/stack-outputs.ts";
import { listener, listenerRule, loadBalancer, targetGroup } from "../../policies/kinds.ts";
import { byColour, type Colour } from "../../rollout/colour.ts";
import type { RuleRole } from "../../rollout/names.ts";
import {
  colourOfTarget,
  forwardTargets,
  readTargetsByColour,
  type Split,
  type WeightedTarget,
} from "../../rollout/split.ts";
import {
  arnOf,
  ofKind,
  type PlannedResource,
  type PlannedStack,
  readInputs,
  readOutput,
} from "../plan/planned-resource.ts";

/** Everything that a load balancer needs to know, read from one plan. */
export interface Routes {
  /** By rising priority. */
  readonly routes: readonly Route[];
  readonly targetGroups: readonly PlannedTargetGroup[];
  /** Behind the public rule. */
  readonly targetGroupArns: Readonly<Record<Colour, string>>;
  /** The listener's answer to a host that no rule names. */
  readonly defaultAnswer: FixedAnswer;
  /** Seconds that a target may be silent before the request is given up. */
  readonly idleTimeoutSeconds: number;
}

/** One planned listener rule: the hosts that it matches, and where their requests go. */
export interface Route {
  /** ARN of the rule. */
  readonly arn: string;
  /** Which of the stage's two rules it is, or `foreign` for one that somebody made by hand. */
  readonly role: RuleRole | "foreign";
  readonly hosts: readonly string[];
  readonly targetGroups: readonly WeightedTargetGroup[];
}

/** A target group's share of a route. */
export interface WeightedTargetGroup extends WeightedTarget {
  /** AWS allows 0 to 999. The program plans per cent. */
  readonly weight: number;
}

/** A planned target group, as far as it affects traffic. */
export interface PlannedTargetGroup {
  readonly arn: string;
  /** Logical name. */
  readonly name: string;
  readonly colour: Colour;
  readonly deregistrationDelaySeconds: number;
  readonly healthCheck: PlannedHealthCheck;
}

/** How a target group's targets are checked. Seconds are the planned ones. */
export interface PlannedHealthCheck {
  readonly path: string;
  readonly intervalSeconds: number;
  readonly timeoutSeconds: number;
  /** Passes in a row after which an unhealthy target is healthy again. */
  readonly healthyThreshold: number;
  /** Failures in a row after which a healthy target is unhealthy. */
  readonly unhealthyThreshold: number;
  /** Status codes that pass, such as `200` or `200-299,301`. */
  readonly matcher: string;
}

/** An answer that the load balancer gives without asking a target. */
interface FixedAnswer {
  readonly statusCode: number;
  readonly contentType: string;
  readonly body: string;
}

/** What an Application Load Balancer uses when nothing is planned (AWS: "Load balancer attributes"). */
const defaultIdleTimeoutSeconds = 60;

/**
 * Reads a plan's routing: listener rules, target groups and the listener's default answer.
 *
 * @throws {Error} when the plan uses something that the local balancer does not model, such as a redirect, a condition on
 *   the path, or stickiness. A rehearsal that left it out would prove nothing
 */
export function readRoutes(plan: PlannedStack): Routes {
  const { resources } = plan;
  const targetGroupArns = readOutput(plan, "targetGroupArns");
  const ownHostTargetGroupArns = readOutput(plan, "ownHostTargetGroupArns");
  const targetGroups = ofKind(resources, targetGroup).map((group) =>
    readTargetGroup(group, [targetGroupArns, ownHostTargetGroupArns]),
  );
  const rules = ofKind(resources, listenerRule).toSorted((one, other) => priority(one) - priority(other));
  const [first] = rules;
  if (first === undefined) throw new Error(`The plan has no ${listenerRule.token}, so there is nothing to route.`);
  const rulesListener = ofKind(resources, listener).find((planned) => arnOf(planned) === first.inputs["listenerArn"]);
  if (rulesListener === undefined) {
    throw new Error(`The plan has no ${listener.token} whose ARN is the listenerArn of rule "${first.name}".`);
  }
  const idleTimeout = ofKind(resources, loadBalancer)[0]?.inputs["idleTimeout"];
  return {
    routes: rules.map((rule) => readRoute(rule, roleOf(rule, plan), targetGroups)),
    targetGroups,
    targetGroupArns,
    defaultAnswer: readDefaultAnswer(rulesListener),
    idleTimeoutSeconds: typeof idleTimeout === "number" ? idleTimeout : defaultIdleTimeoutSeconds,
  };
}

/**
 * The route of one of the stage's two rules.
 *
 * @throws {Error} when there is none
 */
export function routeOf({ routes }: Routes, role: RuleRole): Route {
  const route = routes.find((candidate) => candidate.role === role);
  if (route === undefined) throw new Error(`The routes have no ${role} rule.`);
  return route;
}

/** What the public rule gives each colour. */
export function publicSplit(routes: Routes): Split {
  const { weights } = readTargetsByColour(routeOf(routes, "public").targetGroups, routes.targetGroupArns);
  return byColour((colour) => weights[colour] ?? 0);
}

function roleOf(rule: PlannedResource, plan: PlannedStack): RuleRole {
  if (arnOf(rule) === readOutput(plan, "publicRuleArn")) return "public";
  if (arnOf(rule) === readOutput(plan, "candidateRuleArn")) return "candidate";
  throw new Error(`Rule "${rule.name}" is neither the public rule nor the candidate's, by the plan's stack outputs.`);
}

const forwardInput = z.strictObject({
  targetGroups: z.array(z.strictObject({ arn: z.string().min(1), weight: z.int().min(0).max(999).optional() })).min(1),
  stickiness: z.strictObject({ enabled: z.literal(false).default(false), duration: z.number().optional() }).optional(),
});

/** One forward action and one condition on the host. */
const ruleInputs = z.object({
  actions: z.tuple([
    z.strictObject({
      type: z.literal("forward"),
      order: z.number().optional(),
      forward: forwardInput.optional(),
      targetGroupArn: z.string().optional(),
    }),
  ]),
  conditions: z
    .array(
      z.strictObject({
        hostHeader: z.strictObject({
          values: z.array(z.string().regex(/^[a-z0-9.-]+$/, "a host name without wildcards")).min(1),
        }),
      }),
    )
    .length(1),
  transforms: z.undefined().optional(),
});

function readRoute(rule: PlannedResource, role: RuleRole, planned: readonly PlannedTargetGroup[]): Route {
  const { actions, conditions } = readInputs(rule, ruleInputs);
  const targetGroups = forwardTargets(actions).map(({ arn, weight = 1 }) => ({ arn, weight }));
  if (targetGroups.length === 0) {
    throw new Error(`${rule.type} "${rule.name}" forwards to nothing: it has neither forward nor targetGroupArn.`);
  }
  for (const { arn } of targetGroups) {
    if (!planned.some((group) => group.arn === arn)) {
      throw new Error(`Rule "${rule.name}" forwards to ${arn}, which is not a target group of the plan.`);
    }
  }
  return {
    arn: arnOf(rule),
    role,
    hosts: conditions.flatMap(({ hostHeader }) => hostHeader.values),
    targetGroups,
  };
}

function priority(rule: PlannedResource): number {
  const value = Number(rule.inputs["priority"] ?? rule.outputs["priority"]);
  // AWS gives a rule without a priority the next free one, so such rules come last, in the order they were planned.
  return Number.isFinite(value) ? value : Number.MAX_SAFE_INTEGER;
}

const listenerInputs = z.object({
  defaultActions: z.tuple([
    z.strictObject({
      type: z.literal("fixed-response"),
      order: z.number().optional(),
      fixedResponse: z.strictObject({
        statusCode: z.coerce.number().int(),
        contentType: z.string(),
        messageBody: z.string().default(""),
      }),
    }),
  ]),
});

function readDefaultAnswer(planned: PlannedResource): FixedAnswer {
  const [{ fixedResponse }] = readInputs(planned, listenerInputs).defaultActions;
  const { statusCode, contentType, messageBody: body } = fixedResponse;
  return { statusCode, contentType, body };
}

/** Defaults are those of the resource "TargetGroup" in the AWS provider's documentation. */
const targetGroupInputs = z.object({
  protocol: z.literal("HTTP"),
  targetType: z.literal("ip"),
  protocolVersion: z.literal("HTTP1").optional(),
  deregistrationDelay: z.number().default(300),
  slowStart: z.literal(0).optional(),
  loadBalancingAlgorithmType: z.literal("round_robin").optional(),
  stickiness: z.looseObject({ enabled: z.literal(false) }).optional(),
  healthCheck: z.strictObject({
    enabled: z.literal(true).default(true),
    path: z.string().startsWith("/"),
    port: z.literal("traffic-port").optional(),
    protocol: z.literal("HTTP").optional(),
    interval: z.number().default(30),
    timeout: z.number().default(6),
    healthyThreshold: z.number().default(3),
    unhealthyThreshold: z.number().default(3),
    matcher: z
      .string()
      .regex(/^\d{3}(-\d{3})?(,\d{3}(-\d{3})?)*$/)
      .default("200"),
  }),
});

function readTargetGroup(
  resource: PlannedResource,
  arnsByHost: readonly StackOutputs["targetGroupArns"][],
): PlannedTargetGroup {
  const inputs = readInputs(resource, targetGroupInputs);
  const { path, interval, timeout, healthyThreshold, unhealthyThreshold, matcher } = inputs.healthCheck;
  const arn = arnOf(resource);
  const colour = arnsByHost.map((arns) => colourOfTarget(arn, arns)).find((found) => found !== undefined);
  if (colour === undefined) {
    throw new Error(`Target group "${resource.name}" is neither colour's, by the plan's stack outputs.`);
  }
  return {
    arn,
    name: resource.name,
    colour,
    deregistrationDelaySeconds: inputs.deregistrationDelay,
    healthCheck: {
      path,
      intervalSeconds: interval,
      timeoutSeconds: timeout,
      healthyThreshold,
      unhealthyThreshold,
      matcher,
    },
  };
}
