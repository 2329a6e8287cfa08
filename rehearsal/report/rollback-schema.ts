import { z } from "zod";
import { change, check, colour, count, latency, milliseconds, percent, split } from "./schema-parts.ts";

const machineCall = z
  .object({
    state: z.string(),
    action: z.string().describe("Service and action of the planned resource."),
    milliseconds: milliseconds.describe("Until it was answered."),
    error: z.string().optional(),
  })
  .describe("One call of an execution; each new attempt is one of its own.");

const execution = z
  .object({
    startedBy: z.enum(["alarm", "check", "hand"]),
    input: z.unknown().describe("What the planned event target, or the repetition of it, started the machine with."),
    calls: z.array(machineCall),
    endState: z.string(),
    succeeded: z.boolean(),
    milliseconds,
  })
  .describe("One execution of the planned state machine.");

const latch = z
  .object({ state: z.enum(["clear", "set"]), at: z.string(), reason: z.string(), rolledBack: colour.optional() })
  .describe("The latch as the machine wrote it; its time is the virtual clock's.");

const notice = z.object({ topicArn: z.string(), subject: z.string(), message: z.string() });

const undone = z
  .object({
    plannedPercent: percent.describe("What the update in flight gave the candidate."),
    milliseconds: milliseconds.describe("From its routes to those of the check's execution."),
    candidateAnswers: count.describe("Answers of the candidate in between."),
    execution,
    notice: notice.nullable(),
  })
  .describe("An update that was planned before the rollback and landed after it, undone by the planned check.");

/** A failing candidate and its rollback. */
export const rollbackSchema = z
  .object({
    fault: z.string().describe("What was made wrong with the candidate."),
    alarm: z.object({
      name: z.string().describe("The composite alarm."),
      firing: z.array(z.string()).describe("The alarms that it went off by."),
      milliseconds: milliseconds.describe("From the first failed request to the alarm, with periods shortened."),
      plannedPaceMilliseconds: milliseconds.describe("The same with periods as long as they are planned."),
    }),
    candidateErrorPercent: percent.describe("Error rate of the candidate from the fault to the alarm."),
    execution: execution.describe("What the alarm started."),
    trafficCall: count.describe("Which of the machine's calls moved the traffic, counted from 1; 0 where none did."),
    trafficCallMilliseconds: milliseconds.describe("From the alarm to the answer of that call."),
    lastCandidateAnswerMilliseconds: milliseconds.describe("From the alarm to the end of the last request it had."),
    split: split.describe("What was served under the machine's routes."),
    latencyMilliseconds: latency.describe("Under those routes."),
    candidateRequestsAfter: count.describe("Requests that the candidate's process itself counted after that."),
    lostAfter: count,
    failedByFault: count.describe("Requests that failed in all: what the candidate cost."),
    latch,
    notices: z.array(notice).describe("What people were told of the rollback."),
    undone: undone.nullable().describe("null where the plan has no check."),
    repeated: execution.describe("The same input once more, when no weight was out."),
    refused: z.string().describe("What the program said to the unchanged config under the machine's latch."),
    agreed: z
      .object({ edit: z.record(z.string(), z.unknown()), planMilliseconds: milliseconds, changes: z.array(change) })
      .describe("The edit by which config and AWS agree again."),
    checks: z.array(check),
  })
  .describe("A failing candidate, noticed by the planned alarm and rolled back by the planned machine.");

/** One execution of the planned state machine. */
export type ExecutionReport = z.output<typeof execution>;
/** A late update and its undoing. */
export type UndoneReport = z.output<typeof undone>;
/** A failing candidate and its rollback. */
export type RollbackReport = z.output<typeof rollbackSchema>;
