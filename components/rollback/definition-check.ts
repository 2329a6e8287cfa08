import { colours } from "../../rollout/colour.ts";
import { clearLatch, formatLatch } from "../../rollout/latch.ts";
import {
  targetGroupArnSuffix,
  trafficWeightDimension,
  trafficWeightMetricName,
} from "../../rollout/rollback-machine.ts";
import type { RollbackDefinitionOptions } from "./definition-shared.ts";
import { type Condition, callState, containsText, isPresent, isText, type State } from "./states-language.ts";

/**
 * How a clear latch is written, byte for byte. The machine compares texts, so every other text counts as set: a latch that
 * nobody understands must not leave traffic out.
 */
export const clearLatchText: string = formatLatch(clearLatch);

const latchValuePath = "$.latch.Parameter.Value";

/** Whether the latch was read and is set. */
export const latchIsSet: Condition = {
  And: [isPresent(latchValuePath), { Not: { Variable: latchValuePath, StringEquals: clearLatchText } }],
};

/** Whether there was no latch to read. Every machine is deployed with one, so a missing one counts as set. */
export const latchIsMissing: Condition = containsText("$.latchReadError.Error", "ParameterNotFound");

/** One name was asked for. The answer has one list for each kind of alarm. */
const alarmStatePaths = ["$.alarm.CompositeAlarms[0].StateValue", "$.alarm.MetricAlarms[0].StateValue"];

/** Whether a check found the candidate's alarm firing. */
export const alarmIsFiring: Condition = { Or: alarmStatePaths.map((path) => isText(path, "ALARM")) };

/** The states of a check while a weight is out: alarm, latch and verdict, and the metric that tells the alarms the weights. */
export function checkStates(options: RollbackDefinitionOptions): Record<string, State> {
  return {
    ReadAlarm: callState({
      comment: "An alarm that was firing before the weight rose has sent no event",
      action: "cloudwatch:describeAlarms",
      parameters: { "AlarmNames.$": "States.Array($.plan.alarmName)", AlarmTypes: ["CompositeAlarm", "MetricAlarm"] },
      keep: { path: "$.alarm" },
      retries: 2,
      failure: { path: "$.alarmError", next: "ReadLatch" },
      next: "ReadLatch",
    }),
    ReadLatch: callState({
      comment: "An update that was in flight during a rollback may have raised the weight again",
      action: "ssm:getParameter",
      parameters: { Name: options.latchParameterName },
      keep: { path: "$.latch" },
      retries: 2,
      failure: { path: "$.latchReadError", next: "Judge" },
      next: "Judge",
    }),
    Judge: {
      Type: "Choice",
      Comment:
        "A firing alarm, a set latch and a missing one move traffic. Whatever else could not be read fails the check",
      Choices: [
        { Or: [latchIsSet, alarmIsFiring, latchIsMissing], Next: "ReturnTraffic" },
        {
          Or: [{ Not: { Or: alarmStatePaths.map(isPresent) } }, isPresent("$.latchReadError")],
          Next: "CheckIncomplete",
        },
      ],
      Default: "PublishWeights",
    },
    PublishWeights: callState({
      comment: "The alarm on a candidate without traffic has to know that it should have some",
      action: "cloudwatch:putMetricData",
      parameters: {
        Namespace: options.metricNamespace,
        MetricData: colours.map((colour) => ({
          MetricName: trafficWeightMetricName,
          Dimensions: [{ Name: trafficWeightDimension, Value: targetGroupArnSuffix(options.targetGroupArns[colour]) }],
          Unit: "Percent",
          "Value.$": `$.plan.split.${colour}`,
        })),
      },
      retries: 2,
      failure: { path: "$.metricError", next: "CheckIncomplete" },
    }),
    CheckIncomplete: {
      Type: "Fail",
      Error: "CheckIncomplete",
      Cause:
        "The check could not read the two listener rules, the candidate's alarm or the latch, could not tell from the rules which colour is live, or could not publish the weights. No traffic was moved. The execution's history names the call.",
    },
  };
}
