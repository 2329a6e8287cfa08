import { latchIsSet } from "./definition-check.ts";
import { frontendIsStuck, sentenceOf } from "./definition-frontend.ts";
import { type RollbackDefinitionOptions, rolloutCommandLine } from "./definition-shared.ts";
import { type Condition, callState, containsText, isPresent, type State } from "./states-language.ts";

/** Seconds that each of two attempts to read the receiver's health may take. The notice must go out in any case. */
const healthTimeoutSeconds = 5;

const healthPath = "$.receiver.text";

/**
 * Whether the colour that got the traffic has at least so many tasks that pass their health check. The answer is searched as
 * a text, because a Choice cannot count a list, and a path that fails outside of a Choice may end the execution before
 * people are told. Only a target's state can be this word.
 *
 * @see Elastic Load Balancing API Reference, "TargetHealth"; Amazon States Language, "Choice State": StringMatches takes a
 *   pattern with one or more `*`
 */
function hasHealthyTasks(count: number): Condition {
  return containsText(healthPath, Array.from({ length: count }, () => '"healthy"').join("*"));
}

const receiverIsUnhealthy: Condition = { And: [isPresent(healthPath), { Not: hasHealthyTasks(1) }] };

/** From this count on the notice says "or more": each count takes a state of its own. */
const mostCounted = 10;

/** The counts that a notice can tell, the largest first, as a Choice has to try them. */
const counts = Array.from({ length: mostCounted }, (_, index) => mostCounted - index);

/** The states that come last: the health of the colour that got the traffic, the notices, and whether all of it worked. */
export function noticeStates(options: RollbackDefinitionOptions): Record<string, State> {
  return { ...receiverStates(options), ...tellStates(options), ...endStates(options) };
}

function receiverStates(options: RollbackDefinitionOptions): Record<string, State> {
  const receiverSentence = (text: string): State => ({
    Type: "Pass",
    Comment: "A sentence of the notice",
    Parameters: { "sentence.$": sentenceOf(text, options) },
    ResultPath: "$.health",
    Next: "WhatToTell",
  });
  return {
    ReadReceiver: callState({
      comment: "Whether the live colour can serve what it got. People are told; nothing waits for it but the notice",
      action: "elasticloadbalancingv2:describeTargetHealth",
      parameters: { "TargetGroupArn.$": "$.plan.receiverArn" },
      keep: { selector: { "text.$": "States.JsonToString($)" }, path: "$.receiver" },
      timeoutSeconds: healthTimeoutSeconds,
      retries: 1,
      failure: { path: "$.receiverError", next: "ReceiverHealth" },
      next: "ReceiverHealth",
    }),
    ReceiverHealth: {
      Type: "Choice",
      Comment: "What the notice says of the live colour",
      Choices: [
        ...counts.map((count) => ({ ...hasHealthyTasks(count), Next: healthyState(count) })),
        { ...receiverIsUnhealthy, Next: "ReceiverUnhealthy" },
      ],
      Default: "ReceiverUnknown",
    },
    ...Object.fromEntries(counts.map((count) => [healthyState(count), receiverSentence(healthySentence(count))])),
    ReceiverUnhealthy: receiverSentence(
      "{} has NO healthy task, so users may get errors: the load balancer sends requests to its unhealthy tasks, and answers 503 where there is none.",
    ),
    ReceiverUnknown: receiverSentence("It is not known whether {} has healthy tasks: its health could not be read."),
  };
}

function healthyState(count: number): string {
  return `ReceiverHas${count}`;
}

function healthySentence(count: number): string {
  if (count === mostCounted) return `{} has ${count} healthy tasks or more.`;
  return count === 1 ? "{} has 1 healthy task." : `{} has ${count} healthy tasks.`;
}

/**
 * One mail. Its message has four places: the candidate, the live colour, the cause, and a sentence on the live colour's
 * health, with one on the frontend where the machine takes it back.
 */
interface Notice {
  readonly comment: string;
  readonly subject: string;
  readonly message: string;
  /** Where the machine goes on, whether or not the mail could be sent. */
  readonly next: string;
}

function tellStates({ alertTopicArn, latchParameterName }: RollbackDefinitionOptions): Record<string, State> {
  const [rollback, resume] = (["rollback", "resume"] as const).map((command) =>
    rolloutCommandLine(command, latchParameterName),
  );
  const tell = (notice: Notice): State =>
    callState({
      comment: notice.comment,
      action: "sns:publish",
      parameters: {
        TopicArn: alertTopicArn,
        Subject: notice.subject,
        "Message.$": `States.Format('${notice.message}', $.plan.candidate, $.plan.live, $.record.reason, $.health.sentence)`,
      },
      retries: 5,
      failure: { path: "$.noticeError", next: notice.next },
      next: notice.next,
    });
  return {
    WhatToTell: {
      Type: "Choice",
      Comment: "People are told what is true, the worst first",
      Choices: [
        { ...isPresent("$.trafficError"), Next: "TellTrafficStuck" },
        { ...receiverIsUnhealthy, Next: "TellReceiverUnhealthy" },
      ],
      Default: "WhatElseToTell",
    },
    WhatElseToTell: {
      Type: "Choice",
      Comment: "The notice of the rollback itself",
      Choices: [
        { ...isPresent("$.latchError"), Next: "TellLatchOpen" },
        { ...latchIsSet, Next: "TellUpdateUndone" },
      ],
      Default: "TellRolledBack",
    },
    TellTrafficStuck: tell({
      comment: "A notice that needs a person at once",
      subject: "ACT NOW: the rollback could not move the traffic",
      message: `The candidate {} still has public traffic. It could not be returned to {}. Cause of the rollback: {}. {} Roll back by hand now: ${rollback}. Without npm at hand: docs/runbook.md, Roll back.`,
      next: "AllDone",
    }),
    TellReceiverUnhealthy: tell({
      comment: "A notice that needs a person at once. The usual one follows it",
      subject: "ACT NOW: the live colour has all the traffic and no healthy task",
      message:
        "The candidate {} is off the public path and {} serves all of it. Cause: {}. {} Look at its tasks now: the events of its ECS service, its logs, its target group. docs/runbook.md, Roll back.",
      next: "WhatElseToTell",
    }),
    TellLatchOpen: tell({
      comment: "Nothing keeps the next update from raising the weight again",
      subject: "Rolled back, but the latch is not set",
      message: `The candidate {} is off the public path and {} serves all of it. Cause: {}. {} The latch ${latchParameterName} could not be set, and before it is set run no update. To set it: ${rollback}, or docs/runbook.md, Set the latch.`,
      next: "AllDone",
    }),
    TellUpdateUndone: tell({
      comment: "The rollback itself was told when it happened",
      subject: "An update over a set latch was undone",
      message: `The candidate {} had public traffic although the latch was set, and {} serves all of it again. Cause: {}. {} The latch ${latchParameterName} says why it is set. Next, so that config and record say so too: ${rollback}. When the cause is found: ${resume}. docs/runbook.md, Resume.`,
      next: "AllDone",
    }),
    TellRolledBack: tell({
      comment: "The usual notice",
      subject: "Rolled back: the candidate is off the public path",
      message: `The candidate {} is off the public path and {} serves all of it. Cause: {}. {} The latch ${latchParameterName} is set, and no weight can rise before it is cleared. Next, so that config and record say so too: ${rollback}. When the cause is found: ${resume}. docs/runbook.md, Resume.`,
      next: "AllDone",
    }),
    TellColoursUnclear: callState({
      comment: "A notice that needs a person at once: nothing was moved",
      action: "sns:publish",
      parameters: {
        TopicArn: alertTopicArn,
        Subject: "ACT NOW: the rollback could not tell which colour is live",
        Message: `A rollback was started by an alarm or by hand, and no traffic was moved. The two listener rules in AWS do not show which colour is live: one is missing, could not be read, or was changed by hand. The candidate may still have public traffic. Roll back by hand now: ${rollback}. Without npm at hand: docs/runbook.md, Roll back. The history of the execution has the answer of AWS.`,
      },
      retries: 5,
      failure: { path: "$.noticeError", next: "RollbackIncomplete" },
      next: "RollbackIncomplete",
    }),
  };
}

const endStates = ({ frontend }: RollbackDefinitionOptions): Record<string, State> => ({
  AllDone: {
    Type: "Choice",
    Comment: "A rollback with a part missing has failed, whatever worked",
    Choices: [
      {
        Or: [
          ...["$.trafficError", "$.latchError", "$.noticeError"].map(isPresent),
          ...(frontend === undefined ? [] : [frontendIsStuck]),
        ],
        Next: "RollbackIncomplete",
      },
    ],
    Default: "Returned",
  },
  Returned: { Type: "Succeed", Comment: "The live colour serves all public traffic" },
  RollbackIncomplete: {
    Type: "Fail",
    Error: "RollbackIncomplete",
    Cause:
      "AWS did not show which colour is live, or the traffic, the latch, the frontend or a notice failed after all attempts. What came before and after it was done. The execution's history names the call.",
  },
});
