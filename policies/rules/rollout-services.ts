/** Rules on the service behind each colour: what it runs, and how a new release of it starts. */
import { isDeepStrictEqual } from "node:util";
import { listenerRule, service, targetGroup, taskDefinition } from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { colourIn, groupArnOf, ownHostGroupArnOf, publicRuleOf } from "../rollout-roles.ts";
import { type Rule, resourceRule, shown, stackRule } from "../rule.ts";

/** Properties of a service that a release changes. Its number of tasks is not one: scaling moves that. */
const releaseProperties = ["taskDefinition", "loadBalancers", "networkConfiguration"] as const;

export const rolloutServiceRules: readonly Rule[] = [
  stackRule({
    name: "rollout-colours-do-not-mix",
    rule: "A colour's service must run the tasks of its own name and register them with its own target group",
    source: "project rule",
    kinds: [service, targetGroup, taskDefinition],
    check({ all }, report) {
      for (const serving of all(service)) {
        const name = known(() => serving.props.name);
        const colour = colourIn(name);
        if (colour === undefined) continue;
        const definition = all(taskDefinition).find((candidate) => refersTo(serving, "taskDefinition", candidate));
        if (definition !== undefined && definition.props.family !== name) {
          report(serving, {
            found: `taskDefinition is of the family ${definition.props.family}`,
            fix: `set taskDefinition to the task definition of the family ${name}`,
          });
        }
        for (const { targetGroupArn } of serving.props.loadBalancers ?? []) {
          if (colourIn(targetGroupArn) === colour) continue;
          report(serving, {
            found: shown("loadBalancers.targetGroupArn", targetGroupArn),
            fix: `set loadBalancers.targetGroupArn to ${colour}'s target group`,
          });
        }
      }
    },
  }),

  /** A task that is missing from one of the two serves one host only, and the other has fewer than it is judged by. */
  stackRule({
    name: "rollout-colours-serve-both-hosts",
    rule: "A colour's service must register its tasks with the colour's target group of the public host and with that of the candidate's own host, which check their health alike",
    source: "AWS ECS: Registering multiple target groups with a service",
    kinds: [listenerRule, service, targetGroup],
    check(stack, report) {
      for (const serving of stack.all(service)) {
        const colour = colourIn(known(() => serving.props.name));
        if (colour === undefined || publicRuleOf(stack) === undefined) continue;
        const wanted = [groupArnOf(stack, colour), ownHostGroupArnOf(stack, colour)];
        const arns = (serving.props.loadBalancers ?? []).map(({ targetGroupArn }) => targetGroupArn);
        const missing = wanted.filter((arn) => !arns.includes(arn));
        if (missing.length > 0) {
          report(serving, {
            found: `loadBalancers lists ${arns.join(", ") || "nothing"}`,
            fix: `list ${colour}'s target group of the public host and the one of the candidate's own host`,
          });
          continue;
        }
        const [one, other] = wanted.map((arn) => stack.all(targetGroup).find(({ props }) => props.arn === arn));
        if (other === undefined || isDeepStrictEqual(one?.props.healthCheck, other.props.healthCheck)) continue;
        report(other, {
          found: `healthCheck is ${JSON.stringify(other.props.healthCheck)}, another one than that of ${one?.name}`,
          fix: "give both the same health check: ECS stops a task that fails either",
        });
      }
    },
  }),

  /** ECS keeps all tasks where nothing is set. Without waiting, an update reports success before a task has started. */
  resourceRule({
    name: "rollout-deployment-rolls-back",
    rule: "A service's deployment must keep all tasks in service, wait for the new ones, and go back where they do not start",
    source: "AWS ECS: Deployment circuit breaker",
    kinds: [service],
    check({ props }, report) {
      const { enable, rollback } = props.deploymentCircuitBreaker ?? {};
      const leastPercent = props.deploymentMinimumHealthyPercent ?? 100;
      if (enable !== true || rollback !== true) {
        report({
          found: `${shown("deploymentCircuitBreaker.enable", enable)} and ${shown("rollback", rollback)}`,
          fix: "set deploymentCircuitBreaker to { enable: true, rollback: true }",
        });
      }
      if (leastPercent < 100) {
        report({
          found: shown("deploymentMinimumHealthyPercent", leastPercent),
          fix: "set deploymentMinimumHealthyPercent to 100",
        });
      }
      if (props.waitForSteadyState !== true) {
        report({
          found: shown("waitForSteadyState", props.waitForSteadyState),
          fix: "set waitForSteadyState to true",
        });
      }
    },
  }),

  resourceRule({
    name: "rollout-health-means-ok",
    rule: "Only an answer of 200 to 299 may count as healthy, or a colour that fails gets public traffic",
    source: "deployment guide R2",
    kinds: [targetGroup],
    check({ props }, report) {
      const matcher = props.healthCheck?.matcher ?? "200";
      const codes = matcher.split(/[,-]/).map(Number);
      if (codes.every((code) => code >= 200 && code <= 299)) return;
      report({ found: shown("healthCheck.matcher", matcher), fix: "set healthCheck.matcher to 200" });
    },
  }),

  resourceRule({
    name: "rollout-release-is-not-ignored",
    rule: "Pulumi must not ignore changes to what a service runs, because a new release would then not go out",
    source: "project rule",
    kinds: [service],
    check({ opts }, report) {
      const ignored = opts.ignoreChanges.filter(
        (path) => path === "*" || releaseProperties.some((property) => path.startsWith(property)),
      );
      if (ignored.length === 0) return;
      const paths = ignored.join(", ");
      report({ found: `ignoreChanges contains ${paths}`, fix: `remove ${paths} from ignoreChanges` });
    },
  }),

  resourceRule({
    name: "ecs-no-shell",
    rule: "Nobody may open a shell in a service's tasks, which would have the task's rights and leave no release behind",
    source: "AWS ECS: Monitor Amazon ECS containers with ECS Exec",
    kinds: [service],
    check({ props }, report) {
      if (props.enableExecuteCommand !== true) return;
      report({ found: "enableExecuteCommand is true", fix: "set enableExecuteCommand to false" });
    },
  }),

  resourceRule({
    name: "ecs-several-zones",
    rule: "A service's tasks must be able to run in at least two availability zones",
    source: "AWS ECS: Best practices for availability",
    kinds: [service],
    check({ props }, report) {
      const count = props.networkConfiguration?.subnets?.length ?? 0;
      if (count >= 2) return;
      report({
        found: `networkConfiguration.subnets lists ${count} of at least 2 subnets`,
        fix: "set networkConfiguration.subnets to the private subnet of each availability zone",
      });
    },
  }),
];
