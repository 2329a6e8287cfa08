import { containersOf } from "../../facts/containers.ts";
import { service, targetGroup, taskDefinition } from "../../kinds.ts";
import { refersTo } from "../../links.ts";
import { stackRule } from "../../stack-rule.ts";

/** What Elastic Load Balancing and ECS on Fargate assume where nothing is set, in seconds. */
const defaultDeregistrationSeconds = 300;
const defaultStopSeconds = 30;

export const rolloutDrainOutlastsStop = stackRule({
  name: "rollout-drain-outlasts-stop",
  rule: "A target group drains at least as long as its container may take to stop, so that requests in flight end",
  source: "design, pitfalls",
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
          found: `deregistrationDelay is ${drainSeconds} s but container ${containerName} stops within ${stopSeconds} s`,
          fix: "set deregistrationDelay to api.stopTimeoutSeconds",
        });
      }
    }
  },
});
