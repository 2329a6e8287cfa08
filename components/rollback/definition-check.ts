import { colours } from "../../rollout/colour.ts";
import { clearLatch, formatLatch } from "../../rollout/latch.ts";
import {
  candidateWeightMetricName,
  targetGroupArnSuffix,
  trafficWeightDimension,
  trafficWeightMetricName,
} from "../../rollout/rollback-machine.ts";
import { failureStates } from "./definition-failures.ts";
import { type Limit, type RollbackDefinitionOptions, standsAt } from "./definition-shared.ts";
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

/** One composite alarm is asked for, the candidate's. */
const alarmStatePath = "$.alarm.CompositeAlarms[0].StateValue";

/** Whether a check found the candidate's alarm firing. */
export const alarmIsFiring: Condition = isText(alarmStatePath, "ALARM");

/**
 * Whether a check found that the step which stands has reached its limit. The alarm of a step that was left may fire for up to
 * an hour more, and counts for nothing.
 *
 * @param limits all of them: their alarms are asked for in one call, which promises no order
 */
export function limitIsReached(limit: Limit, limits: readonly Limit[]): Condition {
  return {
    And: [standsAt(limit), isAmongMetricAlarms(limit, limits, (path) => [isText(`${path}.StateValue`, "ALARM")])],
  };
}

/** Whether a check stands at a step whose limit's alarm it could not read. */
function limitIsUnknown(limit: Limit, limits: readonly Limit[]): Condition {
  const isKnown = isAmongMetricAlarms(limit, limits, (path) => [isPresent(`${path}.StateValue`)]);
  return { And: [standsAt(limit), { Not: isKnown }] };
}

function isAmongMetricAlarms(
  { alarmName }: Limit,
  limits: readonly Limit[],
  also: (path: string) => readonly Condition[],
): Condition {
  return {
    Or: limits.map((_limit, place) => {
      const path = `$.alarm.MetricAlarms[${place}]`;
      return { And: [isText(`${path}.AlarmName`, alarmName), ...also(path)] };
    }),
  };
}

/** The states of a check while a weight is out: alarm, latch and verdict, and the metric that tells the alarms the weights. */
export function checkStates(options: RollbackDefinitionOptions): Record<string, State> {
  const { limits } = options;
  // A name is one of letters, digits and hyphens, which a text of an intrinsic function holds as it is.
  const limitNames = limits.map(({ alarmName }) => `, '${alarmName}'`);
  return {
    ReadAlarm: callState({
      comment: "An alarm that was firing before the weight rose has sent no event, and one may be lost",
      action: "cloudwatch:describeAlarms",
      parameters: {
        "AlarmNames.$": `States.Array($.plan.alarmName${limitNames.join("")})`,
        AlarmTypes: ["CompositeAlarm", "MetricAlarm"],
      },
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
        {
          Or: [latchIsSet, alarmIsFiring, ...limits.map((limit) => limitIsReached(limit, limits)), latchIsMissing],
          Next: "ReturnTraffic",
        },
        {
          Or: [
            { Not: isPresent(alarmStatePath) },
            ...limits.map((limit) => limitIsUnknown(limit, limits)),
            isPresent("$.latchReadError"),
          ],
          Next: "CheckIncomplete",
        },
      ],
      Default: "ReadAddress",
    },
    ...failureStates(options),
    PublishWeights: callState({
      comment: "The alarms on a candidate without traffic and on a step's limit have to know the weights",
      action: "cloudwatch:putMetricData",
      parameters: {
        Namespace: options.metricNamespace,
        MetricData: [
          ...colours.map((colour) => ({
            MetricName: trafficWeightMetricName,
            Dimensions: [
              { Name: trafficWeightDimension, Value: targetGroupArnSuffix(options.targetGroupArns[colour]) },
            ],
            Unit: "Percent",
            "Value.$": `$.plan.split.${colour}`,
          })),
          { MetricName: candidateWeightMetricName, Unit: "Percent", "Value.$": "$.plan.candidateWeight" },
        ],
      },
      retries: 2,
      failure: { path: "$.metricError", next: "CheckIncomplete" },
    }),
    CheckIncomplete: {
      Type: "Fail",
      Error: "CheckIncomplete",
      Cause:
        "The check could not read the two listener rules, the candidate's alarm, the alarm on the step's limit, the latch, the rollback address or the candidate's requests, could not tell from the rules which colour is live, or could not publish the weights. No traffic was moved. The execution's history names the call.",
    },
  };
}
