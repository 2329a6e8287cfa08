import { z } from "zod";
import { colours } from "../../rollout/colour.ts";
import { stages } from "../../rollout/stage.ts";

const colour = z.enum(colours);
const split = z.strictObject({ blue: z.number(), green: z.number() });
const instant = z.iso.datetime();
const images = z.strictObject({ blue: z.string().nullable(), green: z.string().nullable() });
const standing = z.strictObject({ liveColour: colour, weightPercent: z.number() });
const compared = <Value extends z.ZodType>(value: Value) => z.strictObject({ candidate: value, live: value });

const counts = z.strictObject({ requests: z.int(), errors: z.int() });
const times = z.strictObject({
  averageMilliseconds: z.number().optional(),
  p95Milliseconds: z.number().optional(),
});
const finding = z.strictObject({
  what: z.string(),
  value: z.string(),
  bound: z.string(),
  verdict: z.enum(["pass", "fail", "not enough data", "no objection"]),
  sentence: z.string(),
});

/** A gate's whole input and what was made of it: a reader can judge the input again. */
const gate = z.strictObject({
  window: z.strictObject({ from: instant, until: instant, seconds: z.number() }).nullable(),
  input: z.strictObject({
    counts: compared(counts),
    responseTimes: compared(times),
    thresholds: z.strictObject({
      errorRatePercent: z.number(),
      responseTimeSeconds: z.number(),
      confidence: z.number().optional(),
    }),
    alarms: z.record(z.string(), z.enum(["OK", "ALARM", "INSUFFICIENT_DATA", "MISSING"])),
    capacity: z.strictObject({
      healthyTasks: compared(z.int()),
      minTasks: z.int(),
      weightPercent: z.number(),
      nextWeightPercent: z.number(),
      requestsPerMinuteTotal: z.number(),
      provenRequestsPerMinutePerTask: z.number().optional(),
    }),
  }),
  verdict: z.enum(["pass", "fail", "not enough data"]),
  findings: z.array(finding),
});

/** What a one-off task was started from, and how it ended. */
const task = z.strictObject({
  run: z.enum(["migrate", "integrity", "seed"]),
  /** Of a migration; null for the others. */
  kind: z.enum(["expand", "contract"]).nullable(),
  colour,
  /** Digest of the image that it ran from, as the record had it. */
  image: z.string(),
  /** Null until AWS has said which; a command that was killed before it leaves it so. */
  taskArn: z.string().nullable(),
  /** Of its container; null while it is not known, and where it never ran. */
  exitCode: z.int().nullable(),
  startedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
});

/**
 * What one command did to a rollout, for a reader who was not there: who, when, what ran, how many requests, which bounds,
 * which alarms, which override, and what AWS answered afterwards.
 */
export const evidenceSchema = z.strictObject({
  version: z.literal(1),
  stage: z.enum(stages),
  action: z.enum(["advance", "promote", "rollback", "resume", "retire", "task"]),
  /**
   * `begun` until the end is known: a command that was killed leaves it so, and its next run ends it. `interrupted`: it was
   * begun and another run took the step. `incomplete`: some of it failed, which `problems` tells.
   */
  outcome: z.enum(["begun", "done", "interrupted", "incomplete"]),
  /** The update's clock; the record's entry of the same step has the same. */
  at: instant,
  finishedAt: instant.nullable(),
  /** Who ran the command. */
  by: z.string(),
  /** Null where a rollback could not ask Pulumi. */
  from: standing.nullable(),
  to: standing,
  images: images.nullable(),
  /** The written reason that was given. */
  reason: z.string().nullable(),
  /** What would have been refused without the reason. */
  overridden: z.array(z.string()),
  gate: gate.nullable(),
  /** What the update was bound to. */
  plan: z
    .strictObject({
      changes: z.array(
        z.strictObject({
          type: z.string(),
          name: z.string(),
          operations: z.array(z.string()),
          properties: z.array(z.string()),
        }),
      ),
      outputs: z.array(z.string()),
    })
    .nullable(),
  /** What AWS answered after it. */
  readBack: z
    .strictObject({ at: instant, split, healthyTasks: z.strictObject({ blue: z.int(), green: z.int() }) })
    .nullable(),
  /** Of a one-off task alone; files from before there were any do not have the key. */
  task: task.nullable().optional(),
  /** What was left to be done when it ended, a sentence each. */
  problems: z.array(z.string()),
});

/** One command's evidence. */
export type Evidence = z.output<typeof evidenceSchema>;

/** A gate's part of it. */
export type GateEvidence = NonNullable<Evidence["gate"]>;

/** A one-off task's part of it. */
export type TaskEvidence = NonNullable<Evidence["task"]>;

/** Name of an evidence file: it sorts by time. */
export function evidenceFileName({ at, action }: Pick<Evidence, "at" | "action">): string {
  return `${at.replace(/\.\d+Z$/, "Z").replaceAll(":", "-")}-${action}.json`;
}
