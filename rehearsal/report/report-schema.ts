import { z } from "zod";
import { colours } from "../../rollout/colour.ts";
import { stages } from "../../rollout/names.ts";
import { splitConfidenceText } from "../local/split.ts";
import { timelineSchema } from "./timeline.ts";

const list = <Schema extends z.ZodType>(item: Schema) => z.array(item).readonly();
const count = z.int().min(0);
const milliseconds = z.number().min(0);
const percent = z.number().min(0).max(100);
const workFactor = z.number().min(0);
const colour = z.enum(colours);
const held = z.boolean().describe("Whether everything that was checked held.");

const check = z
  .object({
    what: z.string().describe("What must hold, as a sentence."),
    held: z.boolean(),
    found: z.string().describe("What was measured, or the message of the other side."),
  })
  .describe("One thing that must hold, and whether it did.");

/** Name of the check of what the gate answered to a step or a promote. */
export const gateCheckName = "the gate judges the requests of this run, and the record keeps them";

const latency = z
  .object({ mean: milliseconds, p50: milliseconds, p95: milliseconds, max: milliseconds })
  .describe("Milliseconds from when a request was due, so that waiting for a slow server counts.");

/** A cloud resource that an update changes. */
const change = z.object({
  kind: z.enum(["create", "update", "delete"]),
  type: z.string(),
  name: z.string(),
  properties: list(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});

const split = z
  .object({
    held: z
      .boolean()
      .describe("Whether the planned share was served: by the interval, or by a sequential test where one was made."),
    plannedPercent: percent.describe("Share of the candidate in the planned rule."),
    candidateAnswers: count,
    answers: count,
    servedPercent: percent,
    intervalPercent: z
      .object({ lower: percent, upper: percent })
      .describe(`Exact (Clopper-Pearson) interval of the served share at ${splitConfidenceText}.`),
  })
  .describe("The split that was served, judged by its exact binomial interval.");

const machineCall = z
  .object({
    state: z.string(),
    action: z.string().describe("Service and action, such as ssm:putParameter."),
    milliseconds: milliseconds.describe("From the call to its answer."),
    error: z.string().optional(),
  })
  .describe("One call of an execution. A retry is a call of its own.");

const execution = z
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

const undone = z
  .object({
    plannedPercent: percent.describe("The weight that the late update gave the candidate."),
    milliseconds: milliseconds.describe("From the late update's routes to those of the check's execution."),
    candidateAnswers: count.describe("Answers of the candidate in that time."),
    execution,
    notice: notice.nullable(),
  })
  .describe("An update that was planned before the rollback and landed after it. The planned check undid it.");

const rollback = z
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

const reachedLimit = z
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

const fitness = z
  .object({
    rows: list(
      z.object({
        alarm: z.string().describe("Logical name without the stage's."),
        fault: z.string().describe("The smallest fault that it must go off at."),
        traffic: z.string().describe("The traffic before and during the fault."),
        firesAfterSeconds: z
          .number()
          .nullable()
          .describe("From the fault's beginning, without CloudWatch's own delay; null where it stayed silent."),
        harmless: list(z.string()).describe("What it must be silent at."),
        firedAt: list(z.string()).describe("Of those, the ones at which it went off."),
        cannotFire: z.string().nullable().describe("Why it cannot go off in this stage; null where it can."),
        held: z.boolean(),
      }),
    ),
    checks: list(check),
  })
  .describe("Every planned alarm, fired by a computed fault and silent just below it.");

const move = z
  .object({
    name: z.string(),
    edit: z.record(z.string(), z.unknown()).describe("The config keys that were edited."),
    at: z.iso.datetime().describe("The virtual clock."),
    planMilliseconds: milliseconds.describe("How long the real program took to plan it."),
    changes: list(change).describe("Cloud resources that the update changes, without outputs."),
    applyMilliseconds: milliseconds.describe("How long the balancer took to apply the planned routes."),
    split,
    requests: count.describe("Requests that ended between the change and the judgement of the split."),
    lost: count.describe("Of those, the requests that got another status code than 2xx, or no answer."),
    underWay: count.describe("Requests that were in flight while the routes changed."),
    underWayLost: count,
    latencyMilliseconds: latency,
    candidateHost: z
      .object({ asked: count, answeredByCandidate: count })
      .describe("Requests to the candidate's own host."),
    webSocket: colour
      .nullable()
      .describe("The colour that still answers a WebSocket opened before the release's walk."),
    checks: list(check),
  })
  .describe("One update: planned, compared, applied and measured.");

const refusal = z
  .object({
    name: z.string(),
    edit: z.record(z.string(), z.unknown()),
    at: z.iso.datetime(),
    held: z.boolean().describe("Whether the program refused it, for the expected reason."),
    message: z.string().describe("The program's own message."),
  })
  .describe("An illegal move that was tried.");

const limit = z.object({
  what: z.string(),
  limit: z.number(),
  measured: z.number().nullable().describe("null where it cannot be measured."),
  kept: z.boolean(),
});

const stage = z.object({
  stage: z.enum(stages),
  seconds: z.number(),
  plan: z.object({
    milliseconds,
    resources: count.describe("Cloud resources of the first plan."),
    components: count,
    byProvider: z.record(z.string(), count),
    findings: list(z.object({ policy: z.string(), urn: z.string(), message: z.string() })),
  }),
  fitness,
  balancer: list(check).describe(
    "What the balancer did with a few targets of its own, behind the planned target groups.",
  ),
  database: z.object({ resources: count, statements: count, checks: list(check) }),
  moves: list(move),
  timeline: timelineSchema,
  refusals: list(refusal),
  rollback,
  reachedLimit: reachedLimit.nullable().describe("null where the step has no limit at which traffic goes back."),
  requests: z.object({
    sent: count,
    lost: count,
    failedByFault: count,
    leftOut: count
      .optional()
      .describe("Requests that were due and could not be sent within 2 s. A machine that is too slow leaves them out."),
    reachedTask: count.describe("Requests of all clients for which the balancer chose a task."),
    countedByTasks: count.describe("Requests that the tasks counted themselves, without health checks."),
    latencyMilliseconds: latency,
  }),
  rows: z.object({ acknowledged: count, stored: count, lost: count, unacknowledged: count, foreign: count }),
  checks: list(check).describe("All checks of the stage, those of its parts included."),
});

const comparison = z.object({
  what: z.string(),
  expected: z.string().describe("What the scenario's file expects."),
  was: z.string(),
  held: z.boolean(),
});

const scenario = z
  .object({
    name: z.string().describe("The name of its file."),
    title: z.string(),
    about: z.string().optional(),
    stage: z.enum(stages),
    startsAtPercent: z.number(),
    result: z
      .enum(["held", "not held", "not judged"])
      .describe("not judged: the machine was too slow for a verdict each time that it was tried."),
    comparisons: list(comparison),
    found: z
      .object({
        gate: z.string().describe("What the gate said of the move."),
        findings: list(z.string()).describe("What the gate found and does not let the move pass."),
        move: z.string(),
        refusal: z.string().describe("The program's own message, where it refused the move."),
        askedReturn: z
          .enum(["accepted", "refused"])
          .optional()
          .describe("The return after a promote, where one was asked for."),
        alarms: list(z.string()).describe("Every alarm that went off at some time."),
        returned: z
          .object({ by: z.enum(["alarm", "check", "hand"]), minutes: z.number() })
          .nullable()
          .describe("Who returned the traffic, and how many minutes after the first fault."),
        notices: list(z.string()).describe("Subjects of what the machine sent."),
        requests: count,
        failed: count.describe("Requests that got another status than 2xx, or no answer."),
        webSockets: z.object({ opened: count, kept: count }),
      })
      .describe("What happened, whether or not the file expects something of it."),
    timeline: list(
      z.object({
        minute: z.number(),
        candidatePercent: z.number().describe("What the public rule gave the candidate at its end."),
        requests: count,
        ofCandidate: count,
        failed: count,
      }),
    ).describe("Its minutes, on its own clock."),
    slowestControlMilliseconds: milliseconds.describe("The longest delay of work that does nothing for the scenario."),
    slowestWorkFactor: workFactor
      .optional()
      .describe("How many times longer such work took than the processor needs for it, over the slowest 2 s."),
    tries: count.describe("How often it was run: again where the machine was too slow."),
    seconds: z.number(),
  })
  .describe("One scenario: what it expects, and what was.");

/** The file that a rehearsal writes. */
export const rehearsalReportSchema = z.object({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  held,
  machine: z.object({
    node: z.string(),
    platform: z.string(),
    cores: count,
    slowestControlMilliseconds: milliseconds
      .optional()
      .describe(
        "The longest delay of work that has nothing to do with the run. From 400 on, nothing that failed is judged.",
      ),
    slowestWorkFactor: workFactor
      .optional()
      .describe(
        "How many times longer such work took than the processor needs for it, over the slowest 2 s. From 3 on, nothing that failed is judged.",
      ),
  }),
  settings: z.object({
    seed: z.int(),
    timeFactor: z
      .number()
      .describe(
        "How many times faster than planned the intervals of health checks, draining, alarms and the check pass.",
      ),
    requestsPerSecond: z.number(),
    answersPerStep: count,
  }),
  limits: z
    .object({
      seconds: limit.describe("Run time of the whole rehearsal."),
      memoryMib: limit.describe("Peak memory of all processes together; a page that they share counts once (PSS)."),
    })
    .describe("Limits of the rehearsal itself. They depend on the machine and its load, so `held` ignores them."),
  models: list(z.string()).describe("What was only a model of the real thing, or was not rehearsed."),
  stages: list(stage),
  scenarios: list(scenario).optional().describe("The scenarios that were run. A rehearsal of stages runs none."),
  checks: list(check).describe("Checks of the whole run."),
  failure: z.string().optional().describe("Why the run stopped early, where it did."),
});

/** One scenario that was run. */
export type ScenarioReport = z.output<typeof scenario>;
/** A limit of the rehearsal itself. */
export type Limit = z.output<typeof limit>;
/** One thing that must hold, and whether it did. */
export type Check = z.output<typeof check>;
/** One execution of the planned state machine. */
export type ExecutionReport = z.output<typeof execution>;
/** A late update and how it was undone. */
export type UndoneReport = z.output<typeof undone>;
/** A step that reached its limit. */
export type ReachedLimitReport = z.output<typeof reachedLimit>;
/** A failing candidate and its rollback. */
export type RollbackReport = z.output<typeof rollback>;
/** What the alarms of a stage are worth. */
export type FitnessReport = z.output<typeof fitness>;
/** One update of the walk. */
export type MoveReport = z.output<typeof move>;
/** One illegal move that was tried. */
export type RefusalReport = z.output<typeof refusal>;
/** One stage. */
export type StageReport = z.output<typeof stage>;
/** A whole rehearsal. */
export type RehearsalReport = z.output<typeof rehearsalReportSchema>;
