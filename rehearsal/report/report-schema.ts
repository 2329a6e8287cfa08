import { z } from "zod";
import { stages } from "../../rollout/names.ts";
import { type execution, reachedLimit, rollback, type undone } from "./rollback-schema.ts";
import { scenario } from "./scenario-report-schema.ts";
import {
  change,
  check,
  colour,
  count,
  held,
  latency,
  limit,
  list,
  milliseconds,
  split,
  workFactor,
} from "./schema-parts.ts";
import { timelineSchema } from "./timeline.ts";

/** Name of the check of what the gate answered to a step or a promote. */
export const gateCheckName = "the gate judges the requests of this run, and the record keeps them";

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
