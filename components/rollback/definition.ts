import { byColour, colours } from "../../rollout/colour.ts";
import { candidateHasNoTraffic, isPresent } from "./conditions.ts";
import { checkStates } from "./definition-check.ts";
import { namingStates } from "./definition-naming.ts";
import type { RollbackDefinitionOptions } from "./definition-options.ts";
import { recordStates } from "./definition-record.ts";
import { serviceTask } from "./service-task.ts";
import type { State, StateMachineDefinition } from "./states-language.ts";

/** Seconds after which an execution is given up: all attempts of all calls one after the other take less. */
const executionTimeoutSeconds = 600;

/**
 * Builds the state machine that takes the candidate off the public path.
 *
 * Started by the candidate's alarm it reads the rule and moves the traffic with its second call. Started as a check it
 * looks at the alarm and the latch first, because an alarm that was firing already sends no event, and because an update
 * that was in flight during a rollback may land after it.
 *
 * Order: the traffic first, the record second, people third. Each is tried again; a failure of one undoes nothing and
 * stops none of the others, and makes the execution fail in the end, which is alarmed.
 *
 * @see Amazon States Language specification; AWS Step Functions Developer Guide, "Handling errors in Step Functions workflows"
 */
export function buildRollbackDefinition(options: RollbackDefinitionOptions): StateMachineDefinition {
  return {
    Comment: "Returns the public traffic to the live colour, sets the latch and tells people",
    StartAt: "WhatStarted",
    TimeoutSeconds: executionTimeoutSeconds,
    States: {
      ...namingStates(options),
      ...readStates(options),
      ...checkStates(options),
      ReturnTraffic: returnTraffic(options),
      ...recordStates(options),
    },
  };
}

function readStates(options: RollbackDefinitionOptions): Record<string, State> {
  const isCheck = isPresent("$.check");
  return {
    ReadRule: serviceTask({
      comment: "Reads the weights, each by the ARN of its target group",
      action: `${loadBalancing(options)}:describeRules`,
      parameters: { RuleArns: [options.publicRuleArn] },
      // A Choice cannot look into nested lists, and a place in a list says nothing about whose it is.
      keep: {
        selector: Object.fromEntries(
          colours.map((colour) => [
            `${colour}.$`,
            `$..TargetGroups[?(@.TargetGroupArn=='${options.targetGroupArns[colour]}')].Weight`,
          ]),
        ),
        path: "$.rule",
      },
      retries: 2,
      failure: { path: "$.ruleError", next: "RuleUnread" },
      next: "WeightOut",
    }),
    RuleUnread: {
      Type: "Choice",
      Comment: "With the alarm firing the traffic is returned unseen: doing so twice harms nothing",
      Choices: [{ ...isCheck, Next: "CheckIncomplete" }],
      Default: "ReturnTraffic",
    },
    WeightOut: {
      Type: "Choice",
      Comment: "Without a weight on the candidate there is nothing to return, and the latch stays as it is",
      Choices: [
        { And: [candidateHasNoTraffic, isCheck], Next: "PublishWeights" },
        { ...candidateHasNoTraffic, Next: "NothingOut" },
        { ...isCheck, Next: "ReadAlarm" },
      ],
      Default: "ReturnTraffic",
    },
    NothingOut: { Type: "Succeed", Comment: "The candidate had no public traffic" },
  };
}

function returnTraffic(options: RollbackDefinitionOptions): State {
  const { stickiness, targetGroupArns } = options;
  const weightPaths = byColour((colour) => `$.plan.weights.${colour}`);
  return serviceTask({
    comment: "All public traffic to the live colour",
    action: `${loadBalancing(options)}:modifyRule`,
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
    failure: { path: "$.trafficError", next: "LatchStands" },
    next: "LatchStands",
  });
}

function loadBalancing(options: RollbackDefinitionOptions): string {
  return options.loadBalancingService ?? "elasticloadbalancingv2";
}
