import { z } from "zod";
import type { AlarmState } from "../alarms/formulas.ts";
import type { MetricStore } from "../alarms/metrics.ts";
import { type ServiceActions, serviceAction } from "./service-actions.ts";

/** An alarm and what it is in. */
export interface AlarmStatus {
  readonly name: string;
  readonly arn: string;
  readonly state: AlarmState;
}

const service = "CloudWatch";

const describeParameters = z.strictObject({
  AlarmNames: z.array(z.string()).min(1).max(100),
  AlarmTypes: z.array(z.enum(["CompositeAlarm", "MetricAlarm"])).min(1),
});

const putParameters = z.strictObject({
  Namespace: z.string().regex(/^[^:]/, "must not begin with a colon"),
  MetricData: z
    .array(
      z.strictObject({
        MetricName: z.string().min(1),
        Dimensions: z.array(z.strictObject({ Name: z.string(), Value: z.string() })).max(30),
        Unit: z.literal("Percent"),
        Value: z.number(),
      }),
    )
    .min(1),
});

/**
 * DescribeAlarms on the composite alarms that the rehearsal evaluates, and PutMetricData into its metrics. An alarm that
 * is not known is left out of the answer, as CloudWatch does.
 *
 * @param clock milliseconds since 1970, the time of what is put
 */
export function monitoringActions(
  composites: () => readonly AlarmStatus[],
  store: Pick<MetricStore, "put">,
  clock: () => number,
): ServiceActions {
  return {
    "cloudwatch:describeAlarms": serviceAction(service, describeParameters, ({ AlarmNames, AlarmTypes }) => ({
      CompositeAlarms: composites()
        .filter(({ name }) => AlarmTypes.includes("CompositeAlarm") && AlarmNames.includes(name))
        .map(({ name, arn, state }) => ({ AlarmName: name, AlarmArn: arn, StateValue: state })),
      MetricAlarms: [],
    })),
    "cloudwatch:putMetricData": serviceAction(service, putParameters, ({ Namespace, MetricData }) => {
      const at = clock();
      for (const { MetricName, Dimensions, Value } of MetricData) {
        const dimensions = Object.fromEntries(Dimensions.map((one) => [one.Name, one.Value]));
        store.put({ namespace: Namespace, metricName: MetricName, dimensions }, at, Value);
      }
      return {};
    }),
  };
}
