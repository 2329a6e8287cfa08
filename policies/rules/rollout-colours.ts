/** Rules on what stands behind the split: each colour's target group, service and tasks. */
import { containersOf } from "../facts.ts";
import { listenerRule, scalableTarget, service, targetGroup, taskDefinition } from "../kinds.ts";
import { refersTo } from "../links.ts";
import { forwardOf, isPublicRule, targetGroupsOf } from "../rollout-roles.ts";
import { type Member, type Rule, resourceRule, type Stack, shown, stackRule } from "../rule.ts";

/** What Elastic Load Balancing and ECS on Fargate assume where nothing is set, in seconds. */
const defaultDeregistrationSeconds = 300;
const defaultStopSeconds = 30;

export const colourRules: readonly Rule[] = [
  stackRule({
    name: "rollout-both-colours-exist",
    rule: "The public rule must forward to two different target groups of this stack, one for each colour",
    source: "deployment guide P3",
    kinds: [listenerRule, targetGroup],
    check({ all }, report) {
      const existing = new Set(all(targetGroup).map(({ props }) => props.arn));
      for (const rule of all(listenerRule)) {
        if (!isPublicRule(rule.props)) continue;
        const arns = new Set(targetGroupsOf(rule.props).map(({ arn }) => arn));
        const foreign = [...arns].filter((arn) => !existing.has(arn));
        if (foreign.length === 0 && arns.size === 2) continue;
        report(rule, {
          found:
            foreign.length > 0
              ? `forward.targetGroups lists ${foreign.join(", ")}, which this stack does not have`
              : `the number of different target groups in forward.targetGroups is ${arns.size}`,
          fix: "list the stack's blue and green target groups in forward.targetGroups",
        });
      }
    },
  }),

  stackRule({
    name: "rollout-drain-outlasts-stop",
    rule: "A target group must drain at least as long as its container may take to stop, so that requests in progress can finish",
    source: "project rule",
    kinds: [service, targetGroup, taskDefinition],
    check({ all }, report) {
      for (const serving of all(service)) {
        const definition = all(taskDefinition).find((candidate) => refersTo(serving, "taskDefinition", candidate));
        const containers = definition === undefined ? [] : containersOf(definition.props);
        for (const { targetGroupArn, containerName } of serving.props.loadBalancers ?? []) {
          const group = all(targetGroup).find(({ props }) => props.arn === targetGroupArn);
          const container = containers.find(({ name }) => name === containerName);
          if (group === undefined || container === undefined) continue;
          const drainSeconds = group.props.deregistrationDelay ?? defaultDeregistrationSeconds;
          const stopSeconds = container.stopTimeout ?? defaultStopSeconds;
          if (drainSeconds >= stopSeconds) continue;
          report(group, {
            found: `deregistrationDelay is ${drainSeconds} s, but stopTimeout of container ${containerName} is ${stopSeconds} s`,
            fix: "set deregistrationDelay to the value of api.stopTimeoutSeconds",
          });
        }
      }
    },
  }),

  resourceRule({
    name: "rollout-health-check",
    rule: "A target group must check the health of its tasks, at a path that belongs to the service",
    source: "deployment guide R2",
    kinds: [targetGroup],
    check({ props }, report) {
      if (props.healthCheck?.enabled === false) {
        report({ found: "healthCheck.enabled is false", fix: "set healthCheck.enabled to true" });
      }
      const path = props.healthCheck?.path;
      if (path === undefined || path === "" || path === "/") {
        report({
          found: shown("healthCheck.path", path),
          fix: "set healthCheck.path to the value of api.healthCheckPath",
        });
      }
    },
  }),

  /** Application Load Balancer guide, "Sticky sessions": target stickiness in a split needs group stickiness too. */
  stackRule({
    name: "rollout-no-target-stickiness",
    rule: "A target group that shares traffic must not be sticky, unless the listener rule's action has group stickiness",
    source: "AWS Application Load Balancers: Sticky sessions",
    kinds: [listenerRule, targetGroup],
    check({ all }, report) {
      const sharing = all(listenerRule).flatMap(({ props }) => {
        const groups = targetGroupsOf(props);
        return groups.length > 1 && forwardOf(props)?.stickiness?.enabled !== true ? groups : [];
      });
      for (const group of all(targetGroup)) {
        if (group.props.stickiness === undefined || group.props.stickiness.enabled === false) continue;
        if (!sharing.some(({ arn }) => arn === group.props.arn)) continue;
        report(group, {
          // The provider's default is true.
          found: group.props.stickiness.enabled
            ? "stickiness.enabled is true"
            : "stickiness.enabled is not set, so it is true",
          fix: "set stickiness.enabled to false",
        });
      }
    },
  }),

  /**
   * The live colour is never at zero tasks, nor is a candidate with traffic. A first deployment has no service at all and
   * passes. Both the service's own count and the scaling floor must hold: Service Auto Scaling raises a count below its
   * minimum only when an alarm makes it scale out (Amazon ECS guide, "Automatically scale your Amazon ECS service").
   */
  stackRule({
    name: "rollout-weighted-colour-has-tasks",
    rule: "A colour with public traffic must run at least one task",
    source: "project rule",
    kinds: [listenerRule, scalableTarget, service, targetGroup],
    check(stack, report) {
      if (stack.all(service).length === 0) return;
      for (const rule of stack.all(listenerRule)) {
        if (!isPublicRule(rule.props)) continue;
        for (const { arn, weight } of targetGroupsOf(rule.props)) {
          const idle = (weight ?? 0) > 0 ? reasonForNoTasks(stack, arn) : undefined;
          if (idle === undefined) continue;
          const group = stack.all(targetGroup).find(({ props }) => props.arn === arn);
          report(group ?? rule, {
            found: `it receives ${weight} % of public traffic, but ${idle}`,
            fix: "set images.<colour> and an api.minTasks of at least 1, or set the colour's weight to 0 first",
          });
        }
      }
    },
  }),

  /** Source: Application Auto Scaling guide, "Suspend and resume scaling": scale-out goes on. */
  stackRule({
    name: "rollout-no-scale-in",
    rule: "While both colours have tasks, autoscaling must take none away, so that either can carry all of the traffic at once",
    source: "AWS Application Auto Scaling: Suspend and resume scaling",
    kinds: [scalableTarget, service],
    check(stack, report) {
      const services = stack.all(service);
      if (services.length < 2) return;
      for (const serving of services) {
        const scaling = scalingOf(stack, serving);
        if (scaling === undefined) continue;
        const suspended = scaling.props.suspendedState?.dynamicScalingInSuspended;
        if (suspended === true) continue;
        report(scaling, {
          found: shown("suspendedState.dynamicScalingInSuspended", suspended),
          fix: "set suspendedState.dynamicScalingInSuspended to true until the old colour is retired",
        });
      }
    },
  }),
];

function reasonForNoTasks(stack: Stack, targetGroupArn: string): string | undefined {
  const serving = stack
    .all(service)
    .find(({ props }) => props.loadBalancers?.some((target) => target.targetGroupArn === targetGroupArn));
  if (serving === undefined) return "no service registers tasks with it";
  const { desiredCount } = serving.props;
  if ((desiredCount ?? 0) < 1) return `${shown("desiredCount", desiredCount)} in service ${serving.name}`;
  const minimum = scalingOf(stack, serving)?.props.minCapacity;
  return minimum === undefined || minimum >= 1
    ? undefined
    : `${shown("minCapacity", minimum)} for service ${serving.name}`;
}

function scalingOf(stack: Stack, serving: Member<{ readonly name?: string }>) {
  return stack
    .all(scalableTarget)
    .find(({ props }) => props.serviceNamespace === "ecs" && props.resourceId.endsWith(`/${serving.props.name}`));
}
