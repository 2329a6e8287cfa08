import { isPresent } from "./conditions.ts";
import { latchIsSet } from "./definition-check.ts";
import type { RollbackDefinitionOptions } from "./definition-options.ts";
import { rolloutCommandLine } from "./rollout-command-line.ts";
import { serviceTask } from "./service-task.ts";
import type { State } from "./states-language.ts";

/** The states after the traffic: the latch, the notice, and whether all of it worked. */
export function recordStates(options: RollbackDefinitionOptions): Record<string, State> {
  return { ...latchStates(options), ...noticeStates(options), ...endStates };
}

function latchStates({ latchParameterName }: RollbackDefinitionOptions): Record<string, State> {
  return {
    LatchStands: {
      Type: "Choice",
      Comment: "A latch that stands keeps its first reason",
      Choices: [{ ...latchIsSet, Next: "WhatToTell" }],
      Default: "DescribeRollback",
    },
    DescribeRollback: {
      Type: "Pass",
      Comment: "The latch as an object: written as JSON by JsonToString, no reason can break it",
      Parameters: {
        state: "set",
        "at.$": "$$.State.EnteredTime",
        "reason.$": "$.plan.alarmName",
        "rolledBack.$": "$.plan.candidate",
      },
      ResultPath: "$.record",
      Next: "SetLatch",
    },
    SetLatch: serviceTask({
      comment: "While it is set no update may raise the weight, and the check returns one that does",
      action: "ssm:putParameter",
      parameters: {
        Name: latchParameterName,
        Type: "String",
        Overwrite: true,
        "Value.$": "States.JsonToString($.record)",
      },
      retries: 5,
      failure: { path: "$.latchError", next: "WhatToTell" },
      next: "WhatToTell",
    }),
  };
}

function noticeStates({ alertTopicArn, latchParameterName }: RollbackDefinitionOptions): Record<string, State> {
  const [rollback, resume] = (["rollback", "resume"] as const).map((command) =>
    rolloutCommandLine(command, latchParameterName),
  );
  const tell = (comment: string, subject: string, message: string): State =>
    serviceTask({
      comment,
      action: "sns:publish",
      parameters: {
        TopicArn: alertTopicArn,
        Subject: subject,
        "Message.$": `States.Format('${message}', $.plan.candidate, $.plan.live, $.plan.alarmName)`,
      },
      retries: 5,
      failure: { path: "$.noticeError", next: "RollbackIncomplete" },
      next: "AllDone",
    });
  return {
    WhatToTell: {
      Type: "Choice",
      Comment: "People are told what is true, the worst first",
      Choices: [
        { ...isPresent("$.trafficError"), Next: "TellTrafficStuck" },
        { ...isPresent("$.latchError"), Next: "TellLatchOpen" },
        { ...latchIsSet, Next: "TellUpdateUndone" },
      ],
      Default: "TellRolledBack",
    },
    TellTrafficStuck: tell(
      "The one notice that needs a person at once",
      "ACT NOW: the rollback could not move the traffic",
      `The candidate {} still has public traffic. It could not be returned to {}. Cause of the rollback: {}. Roll back by hand now: ${rollback}. Without npm at hand: docs/runbook.md, Roll back.`,
    ),
    TellLatchOpen: tell(
      "Nothing keeps the next update from raising the weight again",
      "Rolled back, but the latch is not set",
      `The candidate {} is off the public path and {} serves all of it. Cause: {}. The latch ${latchParameterName} could not be set, and before it is set run no update. To set it: ${rollback}, or docs/runbook.md, Set the latch.`,
    ),
    TellUpdateUndone: tell(
      "The rollback itself was told when it happened",
      "An update over a set latch was undone",
      `The candidate {} had public traffic although the latch was set, and {} serves all of it again. Alarm watched: {}. The latch ${latchParameterName} says why it is set. Next, so that config and record say so too: ${rollback}. When the cause is found: ${resume}. docs/runbook.md, Resume.`,
    ),
    TellRolledBack: tell(
      "The usual notice",
      "Rolled back: the candidate is off the public path",
      `The candidate {} is off the public path and {} serves all of it. Cause: {}. The latch ${latchParameterName} is set, and no weight can rise before it is cleared. Next, so that config and record say so too: ${rollback}. When the cause is found: ${resume}. docs/runbook.md, Resume.`,
    ),
  };
}

const endStates: Record<string, State> = {
  AllDone: {
    Type: "Choice",
    Comment: "A rollback with a part missing has failed, whatever worked",
    Choices: [{ Or: [isPresent("$.trafficError"), isPresent("$.latchError")], Next: "RollbackIncomplete" }],
    Default: "Returned",
  },
  Returned: { Type: "Succeed", Comment: "The live colour serves all public traffic" },
  RollbackIncomplete: {
    Type: "Fail",
    Error: "RollbackIncomplete",
    Cause:
      "The traffic, the latch or the notice failed after all attempts. What came before and after it was done. The execution's history names the call.",
  },
};
