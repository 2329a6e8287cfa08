import { colours } from "../../rollout/colour.ts";
import { visibly } from "../../rollout/plain-text.ts";
import { fitReason, longestReason } from "../../rollout/reason.ts";
import { checkStates } from "./definition-check.ts";
import { colourStates } from "./definition-colours.ts";
import { frontendStates } from "./definition-frontend.ts";
import { noticeStates } from "./definition-notices.ts";
import { recordStates } from "./definition-record.ts";
import {
  candidateHasNoTraffic,
  isCheck,
  isStartedBy,
  type RollbackDefinitionOptions,
  standsAt,
} from "./definition-shared.ts";
import {
  type Condition,
  callState,
  isPresent,
  isText,
  type State,
  type StateMachineDefinition,
} from "./states-language.ts";

/** Seconds after which an execution is given up. All attempts of all calls, one after the other, take less. */
const executionTimeoutSeconds = 660;

/** Seconds more where the machine takes the frontend back as well. */
const frontendTimeoutSeconds = 60;

/**
 * Builds the state machine that takes the candidate off the public path.
 *
 * The first call reads from AWS which colour is live. When the candidate's alarm or a person has started the machine, the
 * second call moves the traffic there. When a check has started it, the machine looks at the alarm and the latch first. An
 * alarm that was firing already sends no event, and an update that was in flight during a rollback may land after it.
 *
 * Where limits return traffic, the alarm on the limit of the step that stands does as the candidate's alarm does. The alarm of
 * a step that was left does nothing.
 *
 * The order is: the traffic, the latch, the frontend where the machine has a token for Vercel, the health of the colour that got
 * the traffic, and the notice. Each call is tried again. A failed call undoes nothing and stops none of the others. If the traffic,
 * the latch, the frontend or a notice failed, the execution fails in the end, and an alarm reports that.
 *
 * @throws {RangeError} for an alarm whose name cannot be the reason in a latch, or cannot stand in the definition
 *
 * @see Amazon States Language specification; AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows"
 */
export function buildRollbackDefinition(options: RollbackDefinitionOptions): StateMachineDefinition {
  for (const name of Object.values(options.alarmNames)) checkReason(name);
  for (const { alarmName } of options.limits) checkPlainName(alarmName);
  return {
    Comment: "Returns the public traffic to the live colour, sets the latch and tells people",
    StartAt: "TakeInput",
    TimeoutSeconds: executionTimeoutSeconds + (options.frontend === undefined ? 0 : frontendTimeoutSeconds),
    States: {
      ...colourStates(options),
      ...startStates(options),
      ...checkStates(options),
      ReturnTraffic: returnTraffic(options),
      ...recordStates(options),
      ...frontendStates(options),
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

/** The name stands in an intrinsic function, where quotes, braces and backslashes mean something else. */
function checkPlainName(alarmName: string): void {
  if (/^[\w-]+$/.test(alarmName)) return;
  throw new RangeError(
    `The alarm name "${visibly(alarmName)}" cannot stand in the rollback's definition. Give the alarm on a step's limit a name of letters, digits, hyphens and underscores.`,
  );
}

/** The states that follow once it is known which colour is live. */
function startStates(options: RollbackDefinitionOptions): Record<string, State> {
  const { limits } = options;
  const isLeft = limits.map((limit) => ({ And: [isStartedBy(limit), { Not: standsAt(limit) }] }));
  return {
    WhatStarted: {
      Type: "Choice",
      Comment: "A check, an alarm, or a person. Without a weight on the candidate there is nothing to return",
      Choices: [
        { And: [isCheck, candidateHasNoTraffic], Next: "PublishWeights" },
        { ...isCheck, Next: "ReadAlarm" },
        { ...isOtherAlarm(options), Next: "OtherAlarm" },
        { ...candidateHasNoTraffic, Next: "NothingOut" },
        ...isLeft.map((condition) => ({ ...condition, Next: "StepLeft" })),
      ],
      Default: "ReturnTraffic",
    },
    OtherAlarm: {
      Type: "Fail",
      Error: "OtherAlarm",
      Cause:
        "The input names an alarm that returns no traffic: it is neither the candidate's nor on a limit that does. No traffic was moved. To roll back whatever the alarms say, start the machine with the input {}.",
    },
    NothingOut: { Type: "Succeed", Comment: "The candidate had no public traffic" },
    ...(limits.length === 0
      ? {}
      : { StepLeft: { Type: "Succeed", Comment: "The step that reached its limit has been left since" } }),
  };
}

/** An event of the live colour's alarm, or one that was under way during a promote. */
function isOtherAlarm({ alarmNames, limits }: RollbackDefinitionOptions): Condition {
  const isCandidates: Condition = {
    Or: colours.map((candidate) => ({
      And: [
        { Variable: "$.plan.candidate", StringEquals: candidate },
        isText("$.input.alarmName", alarmNames[candidate]),
      ],
    })),
  };
  const isOther = [isCandidates, ...limits.map(isStartedBy)].map((condition) => ({ Not: condition }));
  return { And: [isPresent("$.input.alarmName"), ...isOther] };
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
