import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import type { Scope, Tags } from "../scope.ts";
import { alarmNames, createAlarm, createCompositeAlarm, isFiring } from "./alarms.ts";
import type { FailureAlarms } from "./failure-alarms.ts";
import { createHostAlarms, createSilenceAlarms, type SilenceAlarmArgs } from "./host-alarms.ts";
import { checkRequestThresholds, createResponseTimeAlarms, type RequestThresholds } from "./request-alarms.ts";

/** From when on a colour is unfit (guide A2, A4). */
export interface ColourThresholds extends RequestThresholds {
  /** Guide A4: per cent of a task's memory. */
  readonly memoryPercent: number;
}

/** Arguments of {@link ColourAlarms}. Changing any of them updates alarms in place. */
export interface ColourAlarmsArgs extends Omit<SilenceAlarmArgs, "quietWindowHours"> {
  readonly colour: Colour;
  readonly clusterName: pulumi.Input<string>;
  /** Name of the colour's ECS service, whether or not it exists yet. */
  readonly serviceName: string;
  readonly thresholds: ColourThresholds;
  /** The alarms on this colour's failures, and on the other one's. */
  readonly failures: { readonly own: FailureAlarms; readonly other: FailureAlarms };
  readonly alertTopicArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * The alarms of one colour, and the composite alarm that says whether it is fit for public traffic.
 *
 * The candidate's composite alarm moves traffic, and the live one's tells people. Both are built alike, so that a promote
 * changes none of them. A part acts through the composite alarm only: one incident, one mail. Memory tells people and moves
 * nothing (guide A4), because whatever fills the candidate's tasks may fill the live colour's, too.
 */
export class ColourAlarms extends pulumi.ComponentResource {
  /** ARN of the composite alarm. Its state changes reach EventBridge under this ARN. */
  public readonly compositeAlarmArn: pulumi.Output<string>;
  /** Name of the composite alarm: `<name>-<colour>-unfit`. */
  public readonly compositeAlarmName: pulumi.Output<string>;
  /**
   * Names of the alarms that each mean a fault of this colour: the composite alarm, and each metric alarm that means a fault
   * by itself. Those that count only together with others speak through the composite alarm: what failed or was slow in an
   * earlier release's hour must not keep the next one from its step.
   */
  public readonly watchedAlarmNames: pulumi.Output<readonly string[]>;

  /**
   * @param name base name of the stack, such as `portal-production`. The component is named `<name>-<colour>`
   * @throws {RangeError} when CloudWatch cannot work with a window or a count
   */
  constructor(name: string, args: ColourAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const colourName = `${name}-${args.colour}`;
    super("celebrant:observability:ColourAlarms", colourName, {}, opts);
    checkRequestThresholds(args.thresholds);
    const scope: Scope = { name: colourName, parent: this, tags: args.tags };

    const { own, other } = args.failures;
    const { quietWindowHours } = args.thresholds;
    const { unhealthy, noneHealthy, weighted } = createHostAlarms(scope, args);
    const alone = [unhealthy, ...createSilenceAlarms(scope, { ...args, quietWindowHours })];
    const slow = createResponseTimeAlarms(scope, args).map(
      ({ alarm, minutes }) => pulumi.interpolate`(${isFiring(alarm)} AND ${own.isSettled(minutes)})`,
    );
    const deserted = pulumi.interpolate`(${isFiring(noneHealthy)} AND ${isFiring(weighted)})`;
    const failing = pulumi.interpolate`((${own.condition}) AND NOT (${other.condition}))`;
    const composite = createCompositeAlarm(scope, {
      what: "unfit",
      description: `${args.colour} is unfit for public traffic. If it is the candidate, its traffic is being returned.`,
      alarmRule: pulumi
        .all([failing, ...slow, ...alone.map(isFiring), deserted])
        .apply((conditions) => conditions.join(" OR ")),
      alertTopicArn: args.alertTopicArn,
    });
    const memory = createMemoryAlarm(scope, args);

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

function createMemoryAlarm(scope: Scope, args: ColourAlarmsArgs): MetricAlarm {
  const { memoryPercent } = args.thresholds;
  return createAlarm(scope, {
    what: "memory",
    description: `A task uses more than ${memoryPercent} % of its memory (guide A4).`,
    comparison: "above",
    threshold: memoryPercent,
    periodSeconds: 60,
    periods: 5,
    badPeriods: 3,
    // A colour without tasks uses no memory.
    missingData: "notBreaching",
    alertTopicArn: args.alertTopicArn,
    metric: {
      namespace: "AWS/ECS",
      metricName: "MemoryUtilization",
      dimensions: { ClusterName: args.clusterName, ServiceName: args.serviceName },
      statistic: "Maximum",
    },
  });
}
