import { z } from "zod";

const count = z.int().min(0);
const milliseconds = z.number().min(0);
const percent = z.number().min(0).max(100);
const colour = z.enum(["blue", "green"]);
const held = z.boolean().describe("Whether what was measured is what must be.");

const check = z
  .object({
    what: z.string().describe("What must hold, as a sentence."),
    held,
    found: z.string().describe("What was measured, or the other side's own words."),
  })
  .describe("One thing that must hold.");

const latency = z
  .object({ mean: milliseconds, p50: milliseconds, p95: milliseconds, max: milliseconds })
  .describe("Milliseconds, from when a request was due: waiting for a slow server counts.");

const change = z.object({
  kind: z.enum(["create", "update", "delete"]),
  type: z.string(),
  name: z.string(),
  properties: z.array(z.object({ path: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});

const split = z
  .object({
    held,
    plannedPercent: percent.describe("Share of the candidate in the planned rule."),
    candidateAnswers: count,
    answers: count,
    servedPercent: percent,
    intervalPercent: z
      .object({ lower: percent, upper: percent })
      .describe("Exact (Clopper-Pearson) interval of the served share at 99.9 %."),
  })
  .describe("The split that was served, judged by its exact binomial interval.");

const move = z
  .object({
    name: z.string(),
    edit: z.record(z.string(), z.unknown()).describe("The config keys that were edited."),
    at: z.iso.datetime().describe("The virtual clock."),
    planMilliseconds: milliseconds.describe("What the real program needed to plan it."),
    changes: z.array(change).describe("Cloud resources that the update changes, outputs left out."),
    applyMilliseconds: milliseconds.describe("From giving the balancer the planned routes to its acknowledgement."),
    split,
    requests: count.describe("Requests that ended from the change on until the split was judged."),
    lost: count.describe("Of those, requests that were not answered as they should be."),
    underWay: count.describe("Requests that were under way while the routes were swapped."),
    underWayLost: count,
    latencyMilliseconds: latency,
    candidateHost: z
      .object({ asked: count, answeredByCandidate: count })
      .describe("Requests to the candidate's own host."),
    webSocket: colour.nullable().describe("The colour that still answers a WebSocket opened before the walk."),
    checks: z.array(check),
  })
  .describe("One update: planned, compared, applied and measured.");

const refusal = z
  .object({
    name: z.string(),
    edit: z.record(z.string(), z.unknown()),
    at: z.iso.datetime(),
    held: z.boolean().describe("Whether the program refused it, and for the expected reason."),
    message: z.string().describe("The program's own words."),
  })
  .describe("An illegal move that was tried.");

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

const rollback = z
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

const limit = z.object({
  what: z.string(),
  limit: z.number(),
  measured: z.number().nullable().describe("null where it cannot be measured."),
  kept: z.boolean(),
});

const stage = z.object({
  stage: z.enum(["staging", "production"]),
  seconds: z.number(),
  plan: z.object({
    milliseconds,
    resources: count.describe("Cloud resources of the plan at weight 0."),
    components: count,
    byProvider: z.record(z.string(), count),
    findings: z.array(z.object({ policy: z.string(), urn: z.string(), message: z.string() })),
  }),
  database: z.object({ resources: count, statements: count, checks: z.array(check) }),
  moves: z.array(move),
  refusals: z.array(refusal),
  rollback: rollback,
  requests: z.object({ sent: count, lost: count, failedByFault: count, latencyMilliseconds: latency }),
  rows: z.object({ acknowledged: count, stored: count, lost: count, unacknowledged: count, foreign: count }),
  checks: z.array(check).describe("Every check of the stage; the stage held when all of them did."),
});

/** The file that a rehearsal writes. */
export const rehearsalReportSchema = z.object({
  version: z.literal(1),
  startedAt: z.iso.datetime(),
  seconds: z.number(),
  held,
  machine: z.object({ node: z.string(), platform: z.string(), cores: count }),
  settings: z.object({
    seed: z.int(),
    timeFactor: z
      .number()
      .describe("How many times faster than planned health checks, draining, alarm periods and the check pass."),
    requestsPerSecond: z.number(),
    answersPerStep: count,
  }),
  limits: z
    .object({
      seconds: limit.describe("Of the whole run."),
      memoryMib: limit.describe("Peak of all processes together, each shared page counted once (PSS)."),
    })
    .describe(
      "What the rehearsal should not exceed. They tell of this machine and its load, so the verdict ignores them.",
    ),
  models: z.array(z.string()).describe("What was a model of the real thing, or was not rehearsed at all."),
  stages: z.array(stage),
  checks: z.array(check).describe("What must hold of the whole run."),
  failure: z.string().optional().describe("Why the run ended early, where it did."),
});

/** Something that the run should not exceed. */
export type Limit = z.output<typeof limit>;
/** One thing that must hold, and whether it did. */
export type Check = z.output<typeof check>;
/** One update of the walk. */
export type MoveReport = z.output<typeof move>;
/** One illegal move that was tried. */
export type RefusalReport = z.output<typeof refusal>;
/** One execution of the planned state machine. */
export type ExecutionReport = z.output<typeof execution>;
/** A late update and its undoing. */
export type UndoneReport = z.output<typeof undone>;
/** A failing candidate and its rollback. */
export type RollbackReport = z.output<typeof rollback>;
/** One stage. */
export type StageReport = z.output<typeof stage>;
/** A whole rehearsal. */
export type RehearsalReport = z.output<typeof rehearsalReportSchema>;
