import { alarm, type Breakage, change, remove, retext } from "./break-plan.ts";

const metricOf = (name: RegExp, metricName: string) => alarm(name, { metricName });

/** Breakages of the planned alarms. */
export const alarmBreakages: readonly Breakage[] = [
  {
    name: "the error threshold is ten times as high",
    breaks: retext("MetricAlarm", /green-error-rate-36-of-60$/, "> 0.03125 *", "> 0.3125 *"),
    fires: /^green-error-rate-36/,
    seenBy: /smallest fault.*green-error-rate-36-of-60 stays silent where 7 of 200 requests/,
  },
  {
    name: "the error threshold is a tenth",
    breaks: retext("MetricAlarm", /green-error-rate-36-of-60$/, "> 0.03125 *", "> 0.003125 *"),
    fires: /^green-error-rate-36/,
    seenBy: /just below.*green-error-rate-36-of-60 goes off where 6 of 200/,
  },
  {
    name: "all minutes must be failing",
    breaks: alarm(/blue-error-rate-7-of-10$/, { datapointsToAlarm: 10 }),
    fires: /^blue-error-rate-7/,
    seenBy: /blue-error-rate-7-of-10 stays silent/,
  },
  {
    name: "an alarm on failures looks at the load balancer as a whole",
    breaks: change("MetricAlarm", /green-error-rate-7-of-10$/, ({ metricQueries }) => ({
      metricQueries: (metricQueries as readonly Record<string, unknown>[]).map((query) =>
        query["id"] === "failed"
          ? { ...query, metric: { ...(query["metric"] as object), dimensions: { LoadBalancer: "app/other/1" } } }
          : query,
      ),
    })),
    fires: /^green-error-rate-7/,
    seenBy: /green-error-rate-7-of-10 stays silent/,
  },
  {
    name: "4xx count as failures",
    breaks: retext(
      "MetricAlarm",
      /green-error-rate-\d+-of-\d+$/,
      "IF((FILL(failed, 0) +",
      "IF((FILL(failed, 0) + FILL(refused, 0) +",
    ),
    fires: /^green-unfit/,
    seenBy: /green-unfit goes off where the same is answered with 4xx/,
  },
  {
    name: "the balancer's own answers are not counted",
    breaks: retext("MetricAlarm", /green-error-rate-\d+-of-\d+$/, "(FILL(gateway, 0) + FILL(timeout, 0))", "0"),
    fires: /^green-unfit/,
    seenBy: /green-unfit stays silent where its tasks hang up/,
  },
  {
    name: "the response-time alarm is disabled",
    breaks: alarm(/green-response-time$/, { threshold: 1_000_000 }),
    fires: /^green-response-time$/,
    seenBy: /green-response-time stays silent where 3 answers take 2\.1 s/,
  },
  {
    name: "the response-time alarm fires at the average of few",
    breaks: retext("MetricAlarm", /green-response-time-5h$/, ">= 3, p95", ">= 1, p95"),
    fires: /^green-response-time-5h$/,
    seenBy: /green-response-time-5h goes off where 2 answers/,
  },
  {
    name: "the response time is no part of the composite alarm",
    breaks: retext("CompositeAlarm", /green-unfit$/, /ALARM\("[^"]*green-response-time-[0-9a-f]{7}"\)/, "FALSE"),
    fires: /^green-unfit$/,
    // Three slow answers are a fault for the hourly alarm as well.
    seenBy: /green-unfit stays silent where 6 of 100 answers in 5 min/,
  },
  {
    name: "unhealthy tasks are no part of the composite alarm",
    breaks: retext("CompositeAlarm", /blue-unfit$/, /ALARM\("[^"]*blue-unhealthy-hosts[^"]*"\)/, "FALSE"),
    fires: /^blue-unfit$/,
    seenBy: /blue-unfit stays silent where a task fails its health checks/,
  },
  {
    name: "a fault of both colours returns traffic",
    breaks: retext("CompositeAlarm", /green-unfit$/, "AND NOT (", "AND (TRUE OR "),
    fires: /^green-unfit$/,
    seenBy: /green-unfit goes off where the other colour fails alike/,
  },
  {
    name: "the composite alarm's actions are off",
    breaks: change("CompositeAlarm", /green-unfit$/, () => ({ actionsEnabled: false })),
    fires: /^none$/,
    seenBy: /nobody hears of portal-staging-green-unfit/,
  },
  {
    name: "a window counts what was before the first step",
    breaks: alarm(/green-idle-within-\d+m$/, { threshold: 0 }),
    fires: /^green-(unfit|idle)/,
    seenBy: /green-unfit goes off where the same while it has no weight/,
  },
  {
    name: "few failures count at any number of requests",
    breaks: alarm(/green-at-most-6-in-60m$/, { threshold: 7000 }),
    fires: /^green-(unfit|at-most-6-)/,
    seenBy: /green-unfit goes off where 4 of 7 fail/,
  },
  {
    name: "unhealthy tasks are looked for on the own host",
    breaks: change("MetricAlarm", /green-unhealthy-hosts$/, ({ dimensions }) => ({
      dimensions: { ...(dimensions as object), TargetGroup: "targetgroup/own/1" },
    })),
    fires: /^green-unhealthy/,
    seenBy: /green-unhealthy-hosts stays silent/,
  },
  {
    name: "no registered task is no fault",
    breaks: alarm(/green-none-healthy$/, { treatMissingData: "notBreaching" }),
    fires: /^green-none-healthy/,
    seenBy: /green-none-healthy stays silent where no task is registered/,
  },
  {
    name: "no healthy task takes half an hour",
    breaks: alarm(/green-none-healthy$/, { evaluationPeriods: 30, datapointsToAlarm: 30 }),
    fires: /^green-none-healthy/,
    seenBy: /green-none-healthy stays silent where no task is healthy for 3 min/,
  },
  {
    name: "no weight counts as weighted",
    breaks: alarm(/green-weighted$/, { threshold: 0 }),
    fires: /^green-(weighted|unfit)/,
    seenBy: /green-unfit goes off where the same, at weight 0/,
  },
  {
    name: "silence needs a hundred times the requests",
    breaks: retext("MetricAlarm", /green-no-traffic$/, "* total >= 10", "* total >= 1000"),
    fires: /^green-no-traffic$/,
    seenBy: /green-no-traffic stays silent where at 5 % it receives none of 200 requests in 1 h/,
  },
  {
    name: "memory is allowed to 95 %",
    breaks: alarm(/blue-memory$/, { threshold: 95 }),
    fires: /^blue-memory/,
    seenBy: /blue-memory stays silent where a task uses 81 %/,
  },
  {
    name: "memory alarms at 50 %",
    breaks: alarm(/blue-memory$/, { threshold: 49 }),
    fires: /^blue-memory/,
    seenBy: /no alarm is on.*portal-staging-blue-memory is on/,
  },
  {
    name: "memory of another service",
    breaks: alarm(/blue-memory$/, { dimensions: { ClusterName: "other", ServiceName: "other" } }),
    fires: /^blue-memory/,
    seenBy: /blue-memory stays silent/,
  },
  {
    name: "a colour's memory alarm is not planned",
    breaks: remove("MetricAlarm", /green-memory$/),
    fires: /^green-memory$/,
    seenBy: /green-memory is not planned/,
  },
  {
    name: "failed connections of the other colour",
    breaks: metricOf(/green-database-connection-failures$/, "DatabaseConnectionFailures-blue"),
    fires: /^green-database/,
    seenBy: /green-database-connection-failures stays silent/,
  },
  {
    name: "the disk may fill to 98 %",
    breaks: alarm(/-database-disk$/, { threshold: 500_000_000 }),
    fires: /^database-disk/,
    seenBy: /database-disk stays silent where 85\.1 %/,
  },
  {
    name: "the disk's alarm tells nobody",
    breaks: alarm(/-database-disk$/, { alarmActions: [] }),
    fires: /^none$/,
    seenBy: /nobody hears of portal-staging-database-disk/,
  },
  {
    name: "all connections may be in use",
    breaks: alarm(/-database-connections$/, { threshold: 81 }),
    fires: /^database-connections/,
    seenBy: /database-connections stays silent where 64 of 80/,
  },
  {
    name: "a database that does not run is no fault",
    breaks: alarm(/-database-cpu$/, { treatMissingData: "notBreaching" }),
    fires: /^database-cpu/,
    seenBy: /database-cpu stays silent where the database does not run/,
  },
  {
    name: "much free memory is a fault",
    breaks: alarm(/-database-memory$/, { comparisonOperator: "GreaterThanThreshold" }),
    fires: /^none$/,
    seenBy: /no alarm is on.*portal-staging-database-memory is on/,
  },
  {
    name: "the balancer's failures are counted over an hour",
    breaks: alarm(/-balancer-5xx$/, { period: 3600 }),
    fires: /^balancer-5xx/,
    seenBy: /balancer-5xx goes off where 2 in each 5 min/,
  },
  {
    name: "rejected connections under another name",
    breaks: metricOf(/-balancer-rejected-connections$/, "RejectedConnections"),
    fires: /^balancer-rejected/,
    seenBy: /balancer-rejected-connections stays silent/,
  },
  {
    name: "the error budget may burn ten times as fast",
    breaks: alarm(/-error-budget-fast-60m$/, { threshold: 14.4 }),
    fires: /^error-budget-fast/,
    seenBy: /error-budget-fast stays silent/,
  },
  {
    name: "one window of the error budget is enough",
    breaks: retext("CompositeAlarm", /-error-budget-slow$/, " AND ", " OR "),
    fires: /^error-budget-slow$/,
    seenBy: /error-budget-slow goes off where 360 of 30000 in 30 min fail, and none after/,
  },
  {
    name: "failed rollbacks of another machine",
    breaks: alarm(/-rollback-failed$/, { dimensions: { StateMachineArn: "arn:aws:states:::other" } }),
    fires: /^rollback-failed/,
    seenBy: /rollback-failed stays silent/,
  },
  {
    name: "undelivered events of another queue",
    breaks: alarm(/-rollback-undelivered$/, { dimensions: { QueueName: "other" } }),
    fires: /^rollback-undelivered/,
    seenBy: /rollback-undelivered stays silent/,
  },
  {
    name: "the check's failures to start, for those of the rollback",
    breaks: retext("MetricAlarm", /-rollback-not-started$/, /portal-staging-candidate-alarm-[0-9a-f]{7}/, "other"),
    fires: /^rollback-not-started/,
    seenBy: /rollback-not-started stays silent/,
  },
  {
    name: "a check may sleep for an hour",
    breaks: alarm(/-rollback-asleep$/, { evaluationPeriods: 60 }),
    fires: /^rollback-asleep/,
    seenBy: /rollback-asleep stays silent where no check succeeds for 10 min/,
  },
  {
    name: "a check that does not run is no fault",
    breaks: alarm(/-rollback-asleep$/, { treatMissingData: "notBreaching" }),
    fires: /^rollback-asleep/,
    seenBy: /rollback-asleep stays silent/,
  },
  {
    name: "an alarm that nobody wrote a fault for",
    breaks: (plan) => ({
      ...plan,
      resources: plan.resources.flatMap((one) =>
        one.name.endsWith("blue-memory") ? [one, { ...one, name: "portal-staging-blue-swap" }] : [one],
      ),
    }),
    fires: /^blue-swap$/,
    seenBy: /no fault is written for blue-swap/,
  },
];
