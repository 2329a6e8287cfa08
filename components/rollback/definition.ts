import { colours } from "../../rollout/colour.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { fitReason, longestReason } from "../../rollout/reason.ts";
import { checkStates } from "./definition-check.ts";
import { colourStates } from "./definition-colours.ts";
import { noticeStates } from "./definition-notices.ts";
import { recordStates } from "./definition-record.ts";
import { candidateHasNoTraffic, isCheck, type RollbackDefinitionOptions } from "./definition-shared.ts";
import {
  type Condition,
  callState,
  isPresent,
  isText,
  type State,
  type StateMachineDefinition,
} from "./states-language.ts";

/** Seconds after which an execution is given up. All attempts of all calls, one after the other, take less. */
const executionTimeoutSeconds = 600;

/**
 * Builds the state machine that takes the candidate off the public path.
 *
 * The first call reads from AWS which colour is live. When the candidate's alarm or a person has started the machine, the
 * second call moves the traffic there. When a check has started it, the machine looks at the alarm and the latch first. An
 * alarm that was firing already sends no event, and an update that was in flight during a rollback may land after it.
 *
 * The order is: the traffic, the latch, the health of the colour that got the traffic, and the notice. Each call is tried
 * again. A failed call undoes nothing and stops none of the others. If the traffic, the latch or a notice failed, the
 * execution fails in the end, and an alarm reports that.
 *
 * @throws {RangeError} for an alarm whose name cannot be the reason in a latch
 *
 * @see Amazon States Language specification; AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows"
 */
export function buildRollbackDefinition(options: RollbackDefinitionOptions): StateMachineDefinition {
  for (const name of Object.values(options.alarmNames)) checkReason(name);
  return {
    Comment: "Returns the public traffic to the live colour, sets the latch and tells people",
    StartAt: "TakeInput",
    TimeoutSeconds: executionTimeoutSeconds,
    States: {
      ...colourStates(options),
      ...startStates(options),
      ...checkStates(options),
      ReturnTraffic: returnTraffic(options),
      ...recordStates(options),
      ...noticeStates(options),
    },
  };
}

/** The machine writes the name into the latch as it is, because Step Functions cannot shorten it. */
function checkReason(alarmName: string): void {
  if (fitReason(alarmName).change === undefined) return;
  throw new RangeError(
    `The alarm name "${visibly(alarmName)}" cannot be the reason in the rollback latch. Give the alarm a name of at most ${longestReason} characters, without double braces and invisible characters.`,
  );
}

/** The states that follow once it is known which colour is live. */
function startStates(options: RollbackDefinitionOptions): Record<string, State> {
  return {
    WhatStarted: {
      Type: "Choice",
      Comment: "A check, an alarm, or a person. Without a weight on the candidate there is nothing to return",
      Choices: [
        { And: [isCheck, candidateHasNoTraffic], Next: "PublishWeights" },
        { ...isCheck, Next: "ReadAlarm" },
        { ...isOtherAlarm(options), Next: "OtherAlarm" },
        { ...candidateHasNoTraffic, Next: "NothingOut" },
      ],
      Default: "ReturnTraffic",
    },
    OtherAlarm: {
      Type: "Fail",
      Error: "OtherAlarm",
      Cause:
        "The input names an alarm that is not the candidate's. No traffic was moved, because only the candidate's alarm moves any. To roll back whatever the alarms say, start the machine with the input {}.",
    },
    NothingOut: { Type: "Succeed", Comment: "The candidate had no public traffic" },
  };
}

/** An event of the live colour's alarm, or one that was under way during a promote. */
function isOtherAlarm({ alarmNames }: RollbackDefinitionOptions): Condition {
  const isCandidates: Condition = {
    Or: colours.map((candidate) => ({
      And: [
        { Variable: "$.plan.candidate", StringEquals: candidate },
        isText("$.input.alarmName", alarmNames[candidate]),
      ],
    })),
  };
  return { And: [isPresent("$.input.alarmName"), { Not: isCandidates }] };
}

function returnTraffic(options: RollbackDefinitionOptions): State {
  const { stickiness, targetGroupArns } = options;
  return callState({
    comment: "All public traffic to the live colour",
    action: "elasticloadbalancingv2:modifyRule",
    parameters: {
      RuleArn: options.publicRuleArn,
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: colours.map((colour) => ({
              TargetGroupArn: targetGroupArns[colour],
              "Weight.$": `$.plan.weights.${colour}`,
            })),
            TargetGroupStickinessConfig: {
              Enabled: stickiness.enabled,
              DurationSeconds: stickiness.durationSeconds,
            },
          },
        },
      ],
    },
    retries: 5,
    failure: { path: "$.trafficError", next: "WhyReturned" },
    next: "WhyReturned",
  });
}
