import { colourServiceName } from "../../components/api/names.ts";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { stageName } from "../../infra/naming.ts";
import { certificate, cluster, eventRule, queue } from "../../policies/kinds.ts";
import { type Colour, colours } from "../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../rollout/rollback-machine.ts";
import { type CountedValue, keyOf, type MetricIdentity } from "../local/alarms/metrics.ts";
import { arnOf, ofKind, type PlannedResource, type PlannedStack, readOutput } from "../plan/planned-resource.ts";
import { isImported } from "../validate/table/balancer.ts";
import { type ColourMinute, type StageMinute, shareOf } from "./stage-minute.ts";

/** The values that a metric gets in a minute; none where AWS publishes nothing. */
type Values = (minute: StageMinute) => readonly CountedValue[];

/** What AWS publishes of a stage, by metric. */
export type PublishedMetrics = ReadonlyMap<string, Values>;

const once = (value: number): readonly CountedValue[] => [[value, 1]];

const nothing: readonly CountedValue[] = [];

/** Counts of the load balancer, the event bus and the machine are published only where there is something to count. */
const counted =
  (count: (minute: StageMinute) => number): Values =>
  (minute) => {
    const value = count(minute);
    return value === 0 ? nothing : once(value);
  };

const requestsOf = ({ ok, refused, failed, brokenOff }: ColourMinute) => ok + refused + failed + brokenOff;

/**
 * What AWS publishes of a planned stage while something happens in it. The metrics' dimensions are those of the planned
 * resources, so that an alarm on another resource sees nothing.
 *
 * @see Elastic Load Balancing, "CloudWatch metrics for your Application Load Balancer"; Amazon ECS, "CloudWatch metrics";
 *   ACM, "Supported CloudWatch metrics"; Amazon RDS, "CloudWatch instance-level metrics"; Step Functions, "Monitoring with CloudWatch"; EventBridge, "Monitoring"
 */
export function publishedMetrics(plan: PlannedStack, stage: Stage): PublishedMetrics {
  const metrics = new Map<string, Values>();
  const publish = (namespace: string, dimensions: MetricIdentity["dimensions"], values: Record<string, Values>) => {
    for (const [metricName, value] of Object.entries(values)) {
      metrics.set(keyOf({ namespace, metricName, dimensions }), value);
    }
  };
  const LoadBalancer = readOutput(plan, "loadBalancerArn").split(":loadbalancer/")[1] ?? "";
  const sum = (of: (colour: ColourMinute) => number) => (minute: StageMinute) =>
    colours.reduce((total, colour) => total + of(minute.colours[colour]), 0);
  const brokenOff = sum((colour) => colour.brokenOff);

  publish(
    "AWS/ApplicationELB",
    { LoadBalancer },
    {
      RequestCount: counted(sum((colour) => requestsOf(colour) + colour.failedOnOwnHost)),
      HTTPCode_Target_5XX_Count: counted(sum(({ failed, failedOnOwnHost }) => failed + failedOnOwnHost)),
      HTTPCode_ELB_5XX_Count: counted((minute) => minute.balancer.withoutTask + brokenOff(minute)),
      HTTPCode_ELB_502_Count: counted(brokenOff),
      HTTPCode_ELB_503_Count: counted(({ balancer }) => balancer.withoutTask),
      ClientTLSNegotiationErrorCount: counted(({ balancer }) => balancer.failedHandshakes),
      RejectedConnectionCount: counted(({ balancer }) => balancer.rejectedConnections),
    },
  );
  const namespace = readOutput(plan, "metricNamespace");
  for (const colour of colours) publishColour(colour);
  publish(
    namespace,
    {},
    { CandidateWeight: ({ weightPercent }) => (weightPercent === null ? [] : once(weightPercent)) },
  );
  publish("AWS/RDS", { DBInstanceIdentifier: readOutput(plan, "databaseInstanceIdentifier") }, databaseMetrics);
  for (const imported of ofKind(plan.resources, certificate).filter(isImported)) {
    publish(
      "AWS/CertificateManager",
      { CertificateArn: arnOf(imported) },
      { DaysToExpiry: ({ certificateDays }) => (certificateDays === null ? [] : once(certificateDays)) },
    );
  }
  publishRollback();
  return metrics;

  function publishColour(colour: Colour): void {
    const of = (value: (of: ColourMinute) => number) => counted((minute) => value(minute.colours[colour]));
    const TargetGroup = targetGroupArnSuffix(readOutput(plan, "targetGroupArns")[colour]);
    const ownHost = targetGroupArnSuffix(readOutput(plan, "ownHostTargetGroupArns")[colour]);
    const health = {
      HealthyHostCount: ({
        colours: {
          [colour]: { tasks },
        },
      }: StageMinute) => (tasks === null ? [] : once(tasks.healthy)),
      UnHealthyHostCount: ({
        colours: {
          [colour]: { tasks },
        },
      }: StageMinute) => (tasks === null ? [] : once(tasks.unhealthy)),
    };
    publish(
      "AWS/ApplicationELB",
      { LoadBalancer, TargetGroup },
      {
        ...health,
        RequestCount: of(requestsOf),
        HTTPCode_Target_2XX_Count: of(({ ok }) => ok),
        HTTPCode_Target_3XX_Count: () => [],
        HTTPCode_Target_4XX_Count: of(({ refused }) => refused),
        HTTPCode_Target_5XX_Count: of(({ failed }) => failed),
        TargetResponseTime: (minute) => minute.colours[colour].answerSeconds,
      },
    );
    publish(
      "AWS/ApplicationELB",
      { LoadBalancer, TargetGroup: ownHost },
      {
        ...health,
        RequestCount: of(({ failedOnOwnHost }) => failedOnOwnHost),
        HTTPCode_Target_5XX_Count: of(({ failedOnOwnHost }) => failedOnOwnHost),
      },
    );
    publish(
      namespace,
      { TargetGroup },
      {
        TrafficWeight: ({ candidate, weightPercent }) =>
          weightPercent === null ? [] : once(shareOf(colour, { candidate, weightPercent })),
      },
    );
    const clusterName = ofKind(plan.resources, cluster)[0]?.outputs["name"];
    const ServiceName = readOutput(plan, "serviceNames")[colour] ?? colourServiceName(stageName(stage), colour);
    publish(
      "AWS/ECS",
      { ClusterName: String(clusterName), ServiceName },
      {
        MemoryUtilization: (minute) => {
          const { memoryPercent } = minute.colours[colour];
          return memoryPercent === null ? [] : once(memoryPercent);
        },
      },
    );
    // A metric filter with a default value publishes a zero where the log had other lines.
    publish(
      namespace,
      {},
      {
        [`DatabaseConnectionFailures-${colour}`]: (minute) => once(minute.colours[colour].connectionFailures),
      },
    );
  }

  function publishRollback(): void {
    const StateMachineArn = readOutput(plan, "rollbackStateMachineArn");
    publish(
      "AWS/States",
      { StateMachineArn },
      {
        ExecutionsSucceeded: counted(({ rollback }) => rollback.succeeded),
        ExecutionsFailed: counted(({ rollback }) => rollback.failed),
        ExecutionsTimedOut: counted(({ rollback }) => rollback.timedOut),
        ExecutionsAborted: counted(({ rollback }) => rollback.aborted),
      },
    );
    for (const { ruleName, isSchedule, queueName } of startsOf(plan.resources, StateMachineArn)) {
      publish(
        "AWS/Events",
        { RuleName: ruleName },
        {
          FailedInvocations: counted(({ rollback }) =>
            isSchedule ? rollback.checksNotStarted : rollback.alarmsNotStarted,
          ),
        },
      );
      if (queueName === undefined) continue;
      publish(
        "AWS/SQS",
        { QueueName: queueName },
        { ApproximateNumberOfMessagesVisible: ({ rollback }) => once(rollback.undelivered) },
      );
    }
  }
}

/** While the instance runs, RDS publishes each of these every minute. */
const databaseMetrics: Record<string, Values> = {
  DatabaseConnections: ({ database }) => (database === null ? [] : once(database.connections)),
  FreeStorageSpace: ({ database }) => (database === null ? [] : once(database.freeStorageBytes)),
  CPUUtilization: ({ database }) => (database === null ? [] : once(database.cpuPercent)),
  FreeableMemory: ({ database }) => (database === null ? [] : once(database.freeMemoryBytes)),
};

/** The rules that start a machine, and the queue of what each could not deliver. */
function startsOf(resources: readonly PlannedResource[], machineArn: string) {
  const targets = ofKind(resources, { token: "aws:cloudwatch/eventTarget:EventTarget" });
  return targets
    .filter(({ inputs }) => inputs["arn"] === machineArn)
    .map(({ inputs }) => {
      const ruleName = String(inputs["rule"]);
      const rule = ofKind(resources, eventRule).find(({ outputs }) => outputs["name"] === ruleName);
      const deadLetter = inputs["deadLetterConfig"] as { readonly arn?: unknown } | undefined;
      const waiting = ofKind(resources, queue).find((planned) => arnOf(planned) === deadLetter?.arn);
      return {
        ruleName,
        isSchedule: rule?.inputs["scheduleExpression"] !== undefined,
        queueName: waiting === undefined ? undefined : String(waiting.outputs["name"]),
      };
    });
}
