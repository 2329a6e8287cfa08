import { forwardOf, stepsTagOf } from "../../facts/public-rule.ts";
import { listenerRule, scalableTarget, service, targetGroup } from "../../kinds.ts";
import { shown } from "../../shown.ts";
import { type Member, type Stack, stackRule } from "../../stack-rule.ts";

/**
 * The live colour is never at zero tasks, nor is a candidate with traffic. A first deployment has no service at all and
 * passes. Both the service's own count and the scaling floor must hold: Service Auto Scaling raises a count below its
 * minimum only when an alarm makes it scale out (Amazon ECS guide, "Automatically scale your Amazon ECS service").
 */
export const rolloutWeightedColourHasTasks = stackRule({
  name: "rollout-weighted-colour-has-tasks",
  rule: "A colour with public traffic runs at least one task",
  source: "design, rollout rules: after promote",
  kinds: [listenerRule, scalableTarget, service, targetGroup],
  check(stack, report) {
    if (stack.all(service).length === 0) return;
    for (const rule of stack.all(listenerRule)) {
      if (stepsTagOf(rule.props) === undefined) continue;
      for (const { arn, weight } of forwardOf(rule.props)?.targetGroups ?? []) {
        const idle = (weight ?? 0) > 0 ? reasonForNoTasks(stack, arn) : undefined;
        if (idle === undefined) continue;
        const group = stack.all(targetGroup).find(({ props }) => props.arn === arn);
        report(group ?? rule, {
          found: `it receives ${weight} % of public traffic but ${idle}`,
          fix: "give the colour an image and api.minTasks of at least 1, or take its weight to 0 first",
        });
      }
    }
  },
});

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
