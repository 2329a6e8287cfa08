import { byColour, colours } from "../../rollout/colour.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { fitReason, longestReason } from "../../rollout/reason.ts";
import { candidateHasNoTraffic, isCheck, isPresent, isText } from "./conditions.ts";
import { checkStates } from "./definition-check.ts";
import { colourStates } from "./definition-colours.ts";
import { noticeStates } from "./definition-notices.ts";
import { loadBalancingAction, type RollbackDefinitionOptions } from "./definition-options.ts";
import { recordStates } from "./definition-record.ts";
import { serviceTask } from "./service-task.ts";
import type { Condition, State, StateMachineDefinition } from "./states-language.ts";

/** Seconds after which an execution is given up: all attempts of all calls one after the other take less. */
const executionTimeoutSeconds = 600;

/**
 * Builds the state machine that takes the candidate off the public path.
 *
 * The first call reads from AWS which colour is live. Started by the candidate's alarm or by hand, the second call moves
 * the traffic there. Started as a check the machine looks at the alarm and the latch first, because an alarm that was
 * firing already sends no event, and because an update that was in flight during a rollback may land after it.
 *
 * Order: the traffic first, the latch second; then the health of the colour that got the traffic, and people. Each call is
 * tried again; a failure of one undoes nothing and stops none of the others. One of the traffic, the latch or a notice
 * makes the execution fail in the end, which is alarmed.
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

/** The machine writes the name into the latch as it is: nothing in Step Functions could make it fit. */
function checkReason(alarmName: string): void {
  if (fitReason(alarmName).change === undefined) return;
  throw new RangeError(
    `The alarm name "${visibly(alarmName)}" cannot be the reason in the rollback latch. Give the alarm a name of at most ${longestReason} characters, without double braces and invisible characters.`,
  );
}

/** Led to when it is known which colour is live. */
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
  const weightPaths = byColour((colour) => `$.plan.weights.${colour}`);
  return serviceTask({
    comment: "All public traffic to the live colour",
    action: loadBalancingAction(options, "modifyRule"),
    parameters: {
      RuleArn: options.publicRuleArn,
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: colours.map((colour) => ({
              TargetGroupArn: targetGroupArns[colour],
              "Weight.$": weightPaths[colour],
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
