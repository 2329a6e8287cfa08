import {
  DeleteAlarmsCommand,
  DescribeAlarmsCommand,
  PutMetricAlarmCommand,
  type PutMetricAlarmCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { alarmSettings } from "./alarm-inputs.ts";
import type { AwsClients } from "./aws-clients.ts";
import { type Placed, type Placing, type Placings, tagList, textOutput } from "./placing.ts";
import { setAlarm } from "./set-alarm.ts";

/** Metric alarms, and what stands for the composite ones. */
export const alarmPlacings: Placings = {
  "aws:cloudwatch/metricAlarm:MetricAlarm": alarmPlacing("name", alarmSettings),
  "aws:cloudwatch/compositeAlarm:CompositeAlarm": alarmPlacing("alarmName", standIn),
};

function alarmPlacing(
  nameProperty: string,
  settings: (resource: Placed) => Omit<PutMetricAlarmCommandInput, "AlarmName">,
): Placing {
  const put = async ({ watching }: AwsClients, resource: Placed) => {
    await watching.send(
      new PutMetricAlarmCommand({ AlarmName: textOutput(resource, nameProperty), ...settings(resource) }),
    );
    return undefined;
  };
  return {
    create: put,
    // AWS keeps an alarm's state when its definition changes; moto starts again at OK.
    async update(clients, resource) {
      const name = textOutput(resource, nameProperty);
      const { MetricAlarms } = await clients.watching.send(new DescribeAlarmsCommand({ AlarmNames: [name] }));
      await put(clients, resource);
      const state = MetricAlarms?.[0]?.StateValue;
      if (state !== undefined) await setAlarm(clients, name, state);
      return undefined;
    },
    async remove({ watching }, resource) {
      await watching.send(new DeleteAlarmsCommand({ AlarmNames: [textOutput(resource, nameProperty)] }));
    },
  };
}

/**
 * moto has no composite alarms: a metric alarm of the same name stands in, with the same ARN, actions and description. It
 * watches a metric that nobody publishes and fires only when a test says so.
 */
function standIn(resource: Placed): Omit<PutMetricAlarmCommandInput, "AlarmName"> {
  const inputs = resource.inputs as { alarmDescription?: string; alarmActions?: string[]; okActions?: string[] };
  return {
    AlarmDescription: inputs.alarmDescription,
    AlarmActions: inputs.alarmActions,
    OKActions: inputs.okActions,
    Tags: tagList(resource),
    Namespace: "StandsForCompositeAlarm",
    MetricName: "None",
    Period: 60,
    Statistic: "Maximum",
    Threshold: 1,
    EvaluationPeriods: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
  };
}
