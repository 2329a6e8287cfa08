import { z } from "zod";
import { change, check, colour, count, latency, list, milliseconds, percent, split } from "./schema-parts.ts";

const machineCall = z
  .object({
    state: z.string(),
    action: z.string().describe("Service and action, such as ssm:putParameter."),
    milliseconds: milliseconds.describe("From the call to its answer."),
    error: z.string().optional(),
  })
  .describe("One call of an execution. A retry is a call of its own.");

/** What an execution of the planned state machine did. */
export const execution = z
  .object({
    startedBy: z.enum(["alarm", "check", "hand"]),
    input: z.unknown().describe("The machine's input, as the planned event target gives it."),
    calls: list(machineCall),
    endState: z.string(),
    succeeded: z.boolean(),
    milliseconds,
  })
  .describe("One execution of the planned state machine.");

const latch = z
  .object({ state: z.enum(["clear", "set"]), at: z.string(), reason: z.string(), rolledBack: colour.optional() })
  .describe("The latch as the machine wrote it. Its time is the virtual clock's.");

const notice = z.object({ topicArn: z.string(), subject: z.string(), message: z.string() });

/** An update that landed late, and how it was undone. */
export const undone = z
  .object({
    plannedPercent: percent.describe("The weight that the late update gave the candidate."),
    milliseconds: milliseconds.describe("From the late update's routes to those of the check's execution."),
    candidateAnswers: count.describe("Answers of the candidate in that time."),
    execution,
    notice: notice.nullable(),
  })
  .describe("An update that was planned before the rollback and landed after it. The planned check undid it.");

/** A candidate that failed, and its rollback. */
export const rollback = z
  .object({
    fault: z.string().describe("The fault that the candidate was given."),
    alarm: z.object({
      name: z.string().describe("The composite alarm."),
      colour: colour.describe("The colour that it watches."),
      firing: list(z.string()).describe("Its parts that were in ALARM."),
      milliseconds: milliseconds.describe("From the first failed request to the alarm, with shortened periods."),
      plannedPaceMilliseconds: milliseconds.describe(
        "The evaluated minutes from the one in which the fault began to the alarm, 60,000 ms each.",
      ),
    }),
    candidateErrorPercent: percent.describe("Error rate of the candidate from the fault to the alarm."),
    execution: execution.describe("The execution that the alarm started."),
    trafficCall: count.describe("Which of the machine's calls moved the traffic, counted from 1; 0 where none did."),
    trafficCallMilliseconds: milliseconds.describe("From the alarm to the answer of that call."),
    lastCandidateAnswerMilliseconds: milliseconds.describe(
      "From the alarm to the end of the candidate's last request.",
    ),
    split: split.describe("The split that was served under the machine's routes."),
    latencyMilliseconds: latency.describe("Latency under the machine's routes."),
    candidateRequestsAfter: count.describe("Requests that the candidate's process counted under the machine's routes."),
    lostAfter: count.describe("Requests lost under the machine's routes."),
    failedByFault: count.describe("All requests that failed from the fault on."),
    latch,
    notices: list(notice).describe("The notices of the rollback."),
    undone: undone.nullable().describe("null where the plan has no check."),
    repeated: execution.describe("A second execution with the same input, when the candidate had no traffic."),
    refused: z.string().describe("The program's refusal of the unchanged config under the machine's latch."),
    agreed: z
      .object({ edit: z.record(z.string(), z.unknown()), planMilliseconds: milliseconds, changes: list(change) })
      .describe("The edit that makes config and AWS agree again."),
    checks: list(check),
  })
  .describe("A failing candidate, noticed by the planned alarm and rolled back by the planned machine.");

/** A step that stood until its limit. */
export const reachedLimit = z
  .object({
    weightPercent: percent.describe("The step that stood until its limit."),
    limitSeconds: z.number().describe("The step's limit."),
    stoodSeconds: z.number().describe("How long it stood, on the turned clock."),
    checks: count.describe("Executions of the planned check."),
    execution: execution.nullable().describe("The execution that returned the traffic; null where none did."),
    latch,
    notices: list(notice),
    assertions: list(check),
  })
  .describe("A step that reached its limit on a clock that is turned by the hour.");
