import { colours } from "../../rollout/colour.ts";
import { clearLatch, type Latch } from "../../rollout/latch.ts";
import { bothWeightsKnown, isPresent, isText, weightPath } from "./conditions.ts";
import type { RollbackDefinitionOptions } from "./definition-options.ts";
import { serviceTask } from "./service-task.ts";
import type { Condition, State } from "./states-language.ts";
import { targetGroupArnSuffix, trafficWeightDimension, trafficWeightMetricName } from "./traffic-weight-metric.ts";

/**
 * How a clear latch is written, byte for byte. The machine compares texts, so every other one counts as set: a latch that
 * nobody understands must not leave traffic out.
 */
export const clearLatchText: string = JSON.stringify(clearLatch satisfies Latch);

/** Whether the latch was read and stands. */
export const latchIsSet: Condition = {
  And: [isPresent("$.latch.value"), { Not: { Variable: "$.latch.value", StringEquals: clearLatchText } }],
};

/** The states of a check while a weight is out: alarm, latch, verdict; and the metric that tells the alarms the weights. */
export function checkStates(options: RollbackDefinitionOptions): Record<string, State> {
  return {
    ReadAlarm: serviceTask({
      comment: "An alarm that was firing before the weight rose has sent no event",
      action: "cloudwatch:describeAlarms",
      parameters: { "AlarmNames.$": "States.Array($.plan.alarmName)", AlarmTypes: ["CompositeAlarm", "MetricAlarm"] },
      // One name was asked for; the answer has one list for each kind of alarm.
      keep: { selector: { "states.$": "$..StateValue" }, path: "$.alarm" },
      retries: 2,
      failure: { path: "$.alarmError", next: "ReadLatch" },
      next: "ReadLatch",
    }),
    ReadLatch: serviceTask({
      comment: "An update that was in flight during a rollback may have raised the weight again",
      action: "ssm:getParameter",
      parameters: { Name: options.latchParameterName },
      keep: { selector: { "value.$": "$.Parameter.Value" }, path: "$.latch" },
      retries: 2,
      failure: { path: "$.latchReadError", next: "Judge" },
      next: "Judge",
    }),
    Judge: {
      Type: "Choice",
      Comment: "What was read decides. What could not be read moves no traffic, and fails the check",
      Choices: [
        { ...latchIsSet, Next: "ReturnTraffic" },
        { ...isText("$.alarm.states[0]", "ALARM"), Next: "ReturnTraffic" },
        {
          Or: [{ Not: isPresent("$.alarm.states[0]") }, isPresent("$.latchReadError"), { Not: bothWeightsKnown }],
          Next: "CheckIncomplete",
        },
      ],
      Default: "PublishWeights",
    },
    PublishWeights: serviceTask({
      comment: "The alarm on a candidate without traffic has to know that it should have some",
      action: "cloudwatch:putMetricData",
      parameters: {
        Namespace: options.metricNamespace,
        MetricData: colours.map((colour) => ({
          MetricName: trafficWeightMetricName,
          Dimensions: [{ Name: trafficWeightDimension, Value: targetGroupArnSuffix(options.targetGroupArns[colour]) }],
          Unit: "Percent",
          "Value.$": weightPath(colour),
        })),
      },
      retries: 2,
      failure: { path: "$.metricError", next: "CheckIncomplete" },
    }),
    CheckIncomplete: {
      Type: "Fail",
      Error: "CheckIncomplete",
      Cause:
        "The check could not see the rule, the candidate's alarm or the latch, or could not publish the weights. No traffic was moved. The execution's history names the call.",
    },
  };
}
