import { CompositeAlarm } from "@pulumi/aws/cloudwatch/compositeAlarm.js";
import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import { type AlarmScope, alarmNames, createAlarm } from "./alarms.ts";
import { trafficWeightMetric } from "./balancer-metrics.ts";
import { type ColourAlarmsArgs, checkColourAlarmsArgs } from "./colour-alarm-args.ts";
import { createHostAlarms, type HostAlarms } from "./host-alarms.ts";
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
   * Names of the alarms that each mean a fault of this colour: the composite one, and the metric alarms that speak for it
   * by themselves. `none-healthy` and `weighted` are not among them, being in ALARM where nothing is wrong.
   */
  public readonly watchedAlarmNames: pulumi.Output<readonly string[]>;

  /**
   * @param name base name of the stack, such as `portal-production`; the component is named `<name>-<colour>`
   * @throws {RangeError} when a window or a count is none that CloudWatch can work with
   */
  constructor(name: string, args: ColourAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const colourName = `${name}-${args.colour}`;
    super("celebrant:observability:ColourAlarms", colourName, {}, opts);
    checkColourAlarmsArgs(args);
    const parts: AlarmScope = { name: colourName, tags: args.tags, parent: this };

    const weight = trafficWeightMetric(args.metricNamespace, args.targetGroupArnSuffix, "Maximum");
    const hosts = createHostAlarms(parts, args, weight);
    const alone = [
      ...createRequestAlarms(parts, args, args.thresholds),
      hosts.unhealthy,
      createSilenceAlarm(parts, args),
    ];
    const composite = createComposite(parts, args, alone, hosts);
    const memory = createMemoryAlarm({ ...parts, alertTopicArn: args.alertTopicArn }, args);

    this.compositeAlarmArn = composite.arn;
    this.compositeAlarmName = composite.alarmName;
    this.watchedAlarmNames = alarmNames([composite, ...alone, memory]);
    this.registerOutputs({
      compositeAlarmArn: this.compositeAlarmArn,
      compositeAlarmName: this.compositeAlarmName,
      watchedAlarmNames: this.watchedAlarmNames,
    });
  }
}

/** @param alone alarms of which each says by itself that the colour is unfit */
function createComposite(
  scope: AlarmScope,
  args: ColourAlarmsArgs,
  alone: readonly MetricAlarm[],
  { noneHealthy, weighted }: HostAlarms,
): CompositeAlarm {
  const alarmName = `${scope.name}-unfit`;
  const isFiring = (alarm: MetricAlarm) => pulumi.interpolate`ALARM("${alarm.name}")`;
  const deserted = pulumi.interpolate`(${isFiring(noneHealthy)} AND ${isFiring(weighted)})`;
  return new CompositeAlarm(
    alarmName,
    {
      alarmName,
      alarmDescription: `${args.colour} is unfit for public traffic. If it is the candidate, its traffic is being returned.`,
      alarmRule: pulumi.all([...alone.map(isFiring), deserted]).apply((conditions) => conditions.join(" OR ")),
      alarmActions: [args.alertTopicArn],
      okActions: [args.alertTopicArn],
      tags: { ...args.tags, Name: alarmName },
    },
    { parent: scope.parent },
  );
}

function createMemoryAlarm(scope: AlarmScope, { clusterName, serviceName, thresholds }: ColourAlarmsArgs): MetricAlarm {
  return createAlarm(
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
