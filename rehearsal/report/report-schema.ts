import { z } from "zod";
import { stages } from "../../rollout/stage.ts";
import { rollbackSchema } from "./rollback-schema.ts";
import { change, check, colour, count, held, latency, milliseconds, split } from "./schema-parts.ts";

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
    webSocket: colour
      .nullable()
      .describe("The colour that still answers a WebSocket opened before the release's walk."),
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
    findings: z.array(z.object({ policy: z.string(), urn: z.string(), message: z.string() })),
  }),
  database: z.object({ resources: count, statements: count, checks: z.array(check) }),
  moves: z.array(move),
  refusals: z.array(refusal),
  rollback: rollbackSchema,
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
/** One stage. */
export type StageReport = z.output<typeof stage>;
/** A whole rehearsal. */
export type RehearsalReport = z.output<typeof rehearsalReportSchema>;
