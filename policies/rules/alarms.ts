/** Rules on alarms: which ones must exist, and that each of them acts. */

import {
  compositeAlarm,
  databaseInstance,
  eventRule,
  eventTarget,
  loadBalancer,
  metricAlarm,
  queue,
  service,
  stateMachine,
  topic,
} from "../kinds.ts";
import { known, refersTo } from "../links.ts";
import { colourIn } from "../rollout-roles.ts";
import { type Member, type Rule, resourceRule, type Stack, stackRule } from "../rule.ts";

/** Metrics that must have an alarm, by the dimension that names the resource. */
interface Essential {
  /** Absent where the metric's own name names it. */
  readonly dimension?: string;
  readonly value: string | undefined;
  readonly metrics: readonly string[];
}

interface Acting {
  readonly alarmActions?: readonly unknown[];
}

export const alarmRules: readonly Rule[] = [
  stackRule({
    name: "cloudwatch-alarm-tells-people",
    rule: "An alarm that acts must notify a topic of its own stack",
    source: "AWS Security Hub CloudWatch.15",
    kinds: [compositeAlarm, metricAlarm, topic],
    check({ all }, report) {
      for (const alarm of [...all<Acting>(compositeAlarm), ...all<Acting>(metricAlarm)]) {
        const actions = known(() => alarm.props.alarmActions) ?? [];
        if (actions.length === 0 || all(topic).some((one) => refersTo(alarm, "alarmActions", one))) continue;
        report(alarm, {
          found: `alarmActions contains ${actions.join(", ")}, which is no topic of this stack`,
          fix: "add the ARN of the alert topic to alarmActions",
        });
      }
    },
  }),

  resourceRule({
    name: "cloudwatch-not-suppressed",
    rule: "No other alarm may keep a composite alarm from acting",
    source: "AWS CloudWatch: Composite alarm action suppression",
    kinds: [compositeAlarm],
    check({ props }, report) {
      if (props.actionsSuppressor === undefined) return;
      report({ found: `actionsSuppressor is ${props.actionsSuppressor.alarm}`, fix: "remove actionsSuppressor" });
    },
  }),

  stackRule({
    name: "cloudwatch-essential-alarms",
    rule: "The database, the load balancer and each service must have alarms on what they run out of",
    source: "deployment guide A4",
    advisoryIn: ["staging"],
    kinds: [databaseInstance, loadBalancer, metricAlarm, service],
    check(stack, report) {
      const wanted: readonly (readonly [Member<object>, Essential])[] = [
        ...stack.all(databaseInstance).map((one) => [one, databaseMetrics(one)] as const),
        ...stack.all(loadBalancer).map((one) => [one, balancerMetrics(one)] as const),
        ...stack.all(service).flatMap((one) => serviceMetrics(one).map((essential) => [one, essential] as const)),
      ];
      for (const [resource, essential] of wanted) {
        const missing = essential.metrics.filter((metric) => !hasAlarm(stack, essential, metric));
        if (essential.value === undefined || missing.length === 0) continue;
        report(resource, {
          found: `no MetricAlarm of ${essential.value} is on ${missing.join(", ")}`,
          fix: "add the alarm",
        });
      }
    },
  }),

  /** A rollback that failed or never ran is known by nothing else. */
  stackRule({
    name: "rollback-is-watched",
    rule: "Alarms must see that a rollback or a check failed, was not started, or has not run",
    source: "project rule",
    kinds: [eventRule, eventTarget, metricAlarm, queue, stateMachine],
    check(stack, report) {
      for (const machine of stack.all(stateMachine)) {
        const targets = stack.all(eventTarget).filter((target) => refersTo(target, "arn", machine));
        const rules = stack.all(eventRule).filter((rule) => targets.some((target) => refersTo(target, "rule", rule)));
        const queues = stack
          .all(queue)
          .filter(({ props }) => targets.some((target) => target.props.deadLetterConfig?.arn === props.arn));
        const wanted: readonly Essential[] = [
          {
            dimension: "StateMachineArn",
            value: machine.props.arn,
            metrics: ["ExecutionsFailed", "ExecutionsTimedOut", "ExecutionsAborted"],
          },
          ...rules.map(({ props }) => ({ dimension: "RuleName", value: props.name, metrics: ["FailedInvocations"] })),
          ...queues.map(({ props }) => ({
            dimension: "QueueName",
            value: props.name,
            metrics: ["ApproximateNumberOfMessagesVisible"],
          })),
        ];
        const missing = wanted.flatMap((essential) =>
          essential.metrics
            .filter((metric) => !hasAlarm(stack, essential, metric))
            .map((metric) => `${metric} of ${essential.value}`),
        );
        if (rules.some(({ props }) => props.scheduleExpression !== undefined) && !noticesSleep(stack, machine)) {
          missing.push("ExecutionsSucceeded, with missing data as a breach");
        }
        if (missing.length === 0) continue;
        report(machine, {
          found: `no MetricAlarm is on ${missing.join(", ")}`,
          fix: "add the alarm, with the alert topic in alarmActions",
        });
      }
    },
  }),
];

function databaseMetrics({ props }: Member<NonNullable<(typeof databaseInstance)["props"]>>): Essential {
  const metrics = ["FreeStorageSpace", "CPUUtilization", "DatabaseConnections", "FreeableMemory"];
  return { dimension: "DBInstanceIdentifier", value: known(() => props.identifier), metrics };
}

/** CloudWatch names a load balancer by the end of its ARN: `app/public/50dc6c495c0c9188`. */
function balancerMetrics({ props }: Member<NonNullable<(typeof loadBalancer)["props"]>>): Essential {
  const value = known(() => props.arn)
    ?.split(":loadbalancer/")
    .at(-1);
  return { dimension: "LoadBalancer", value, metrics: ["HTTPCode_ELB_5XX_Count"] };
}

/** The API's own metric has the colour in its name; see docs/observability.md. */
function serviceMetrics({ props }: Member<NonNullable<(typeof service)["props"]>>): readonly Essential[] {
  const value = known(() => props.name);
  const colour = colourIn(value);
  return [
    { dimension: "ServiceName", value, metrics: ["MemoryUtilization"] },
    ...(colour === undefined ? [] : [{ value, metrics: [`DatabaseConnectionFailures-${colour}`] }]),
  ];
}

function hasAlarm({ all }: Stack, { dimension, value }: Essential, metric: string): boolean {
  return all(metricAlarm).some(
    ({ props }) => props.metricName === metric && (dimension === undefined || props.dimensions?.[dimension] === value),
  );
}

/** Whether an alarm goes off when no check has succeeded: then there is no data at all. */
function noticesSleep({ all }: Stack, machine: Member<object>): boolean {
  return all(metricAlarm).some(
    ({ props }) =>
      props.metricName === "ExecutionsSucceeded" &&
      props.dimensions?.["StateMachineArn"] === machine.props.arn &&
      props.treatMissingData === "breaching",
  );
}
