import { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmScope, createAlarm } from "./alarms.ts";
import { trafficWeightMetric } from "./balancer-metrics.ts";
import { type ColourAlarmsArgs, checkColourAlarmsArgs } from "./colour-alarm-args.ts";
import { createHostAlarms } from "./host-alarms.ts";
import { createRequestAlarms } from "./request-alarms.ts";
import { createSilenceAlarm } from "./silence-alarm.ts";

/**
 * The alarms of one colour, and the composite alarm that says whether it is fit for public traffic.
 *
 * The candidate's composite alarm moves traffic, the live one's tells people; both are built alike, so that promoting
 * changes none of them. A part acts only through the composite: one incident, one mail. Memory tells people and moves
 * nothing (guide A4), for the candidate's tasks may be filled by what the live colour would be filled by, too.
 */
export class ColourAlarms extends pulumi.ComponentResource {
  /** ARN of the composite alarm; its state changes reach EventBridge under this ARN. */
  public readonly compositeAlarmArn: pulumi.Output<string>;
  /** Name of the composite alarm: `<name>-<colour>-unfit`. */
  public readonly compositeAlarmName: pulumi.Output<string>;

  /**
   * @param name base name of the stack, such as `portal-production`; the component is named `<name>-<colour>`
   * @throws {RangeError} when a window or a count is none that CloudWatch can work with
   */
  constructor(name: string, args: ColourAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const colourName = `${name}-${args.colour}`;
    super("celebrant:observability:ColourAlarms", colourName, {}, opts);
    checkColourAlarmsArgs(args);
    const parts: AlarmScope = { name: colourName, tags: args.tags, parent: this };

    const composite = createComposite(parts, args, {
      requests: createRequestAlarms(parts, args, args.thresholds),
      hosts: createHostAlarms(
        parts,
        args,
        trafficWeightMetric(args.metricNamespace, args.targetGroupArnSuffix, "Maximum"),
      ),
      silence: createSilenceAlarm(parts, args),
    });
    createMemoryAlarm({ ...parts, alertTopicArn: args.alertTopicArn }, args);

    this.compositeAlarmArn = composite.arn;
    this.compositeAlarmName = composite.alarmName;
    this.registerOutputs({
      compositeAlarmArn: this.compositeAlarmArn,
      compositeAlarmName: this.compositeAlarmName,
    });
  }
}

interface Parts {
  readonly requests: readonly MetricAlarm[];
  readonly hosts: ReturnType<typeof createHostAlarms>;
  readonly silence: MetricAlarm;
}

function createComposite(scope: AlarmScope, args: ColourAlarmsArgs, parts: Parts): CompositeAlarm {
  const alarmName = `${scope.name}-unfit`;
  const isFiring = (alarm: MetricAlarm) => pulumi.interpolate`ALARM("${alarm.name}")`;
  const { unhealthy, noneHealthy, weighted } = parts.hosts;
  const alone = [...parts.requests, unhealthy, parts.silence].map(isFiring);
  const deserted = pulumi.interpolate`(${isFiring(noneHealthy)} AND ${isFiring(weighted)})`;
  return new CompositeAlarm(
    alarmName,
    {
      alarmName,
      alarmDescription: `${args.colour} is unfit for public traffic. If it is the candidate, its traffic is being returned.`,
      alarmRule: pulumi.all([...alone, deserted]).apply((conditions) => conditions.join(" OR ")),
      alarmActions: [args.alertTopicArn],
      okActions: [args.alertTopicArn],
      tags: { ...args.tags, Name: alarmName },
    },
    { parent: scope.parent },
  );
}

function createMemoryAlarm(scope: AlarmScope, { clusterName, serviceName, thresholds }: ColourAlarmsArgs): void {
  createAlarm(
    scope,
    {
      what: "memory",
      description: `A task uses more than ${thresholds.memoryPercent} % of its memory (guide A4).`,
      comparison: "above",
      threshold: thresholds.memoryPercent,
      periodSeconds: 60,
      periods: 5,
      badPeriods: 3,
      // A colour without tasks uses no memory.
      missingData: "notBreaching",
    },
    {
      namespace: "AWS/ECS",
      metricName: "MemoryUtilization",
      dimensions: { ClusterName: clusterName, ServiceName: serviceName },
      statistic: "Maximum",
    },
  );
}
