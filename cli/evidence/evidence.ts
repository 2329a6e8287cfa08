import { z } from "zod";
import { publicHosts } from "../../infra/config/schema/platform.ts";
import { askedGateSchema } from "../../infra/rollout/gate-file.ts";
import { colours } from "../../rollout/colour.ts";
import { stages } from "../../rollout/names.ts";
import { migrationKinds, oneOffTasks } from "../../rollout/one-off-tasks.ts";

function object<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape).readonly();
}

function list<Item extends z.ZodType>(item: Item) {
  return z.array(item).readonly();
}

const colour = z.enum(colours);
const split = object({ blue: z.number(), green: z.number() });
const instant = z.iso.datetime();
const images = object({ blue: z.string().nullable(), green: z.string().nullable() });
const standing = object({ liveColour: colour, weightPercent: z.number() });
const signingKeys = object({
  current: z.int(),
  alsoAccepted: z.int().nullable(),
  /** Until when the key before is accepted; null until the end is known, and where no key is in its grace. */
  acceptedUntil: instant.nullable(),
});

/** What a one-off task was started from, and how it ended. */
const task = object({
  run: z.enum(oneOffTasks),
  /** Of a migration; null for other tasks. */
  kind: z.enum(migrationKinds).nullable(),
  colour,
  /** Digest of the image that it ran from, as the record had it. */
  image: z.string(),
  /** Null until AWS has named it. A command that was killed before that leaves it so. */
  taskArn: z.string().nullable(),
  /** Of its container. Null while it is not known, and if it never ran. */
  exitCode: z.int().nullable(),
  startedAt: instant.nullable(),
  stoppedAt: instant.nullable(),
  /**
   * What the check said of a migration that runs. Absent for other tasks, in older files, and where a written reason stood in
   * for a check.
   */
  migration: object({
    blocking: z.boolean(),
    sqlSha256: z.string(),
    /** Alembic's revisions that it leads from and to. */
    revisions: object({ from: list(z.string()), to: list(z.string()) }).nullable(),
    /** Whether a failure undoes all of it. */
    isOneTransaction: z.boolean(),
  }).optional(),
});

const dnsRecord = object({ type: z.string(), content: z.string(), proxied: z.boolean(), ttlSeconds: z.number() });

/**
 * What one command did to a rollout, for a reader who was not there: who, when, what ran, how many requests, which bounds,
 * which alarms, which override, and what AWS answered afterwards.
 */
export const evidenceSchema = object({
  version: z.literal(1),
  stage: z.enum(stages),
  action: z.enum([
    "advance",
    "apply",
    "promote",
    "restore",
    "rollback",
    "resume",
    "retire",
    "rotate",
    "task",
    "cut-over",
    "cut-back",
  ]),
  /**
   * `begun` until the end is known. A command that was killed leaves it so, and its next run ends it. `interrupted`: it was
   * begun, and another run took the step. `incomplete`: a part of it failed; see `problems`.
   */
  outcome: z.enum(["begun", "done", "interrupted", "incomplete"]),
  /** The update's clock; the record's entry of the same step has the same. */
  at: instant,
  finishedAt: instant.nullable(),
  /** Who ran the command. */
  by: z.string(),
  /** Null if a rollback could not ask Pulumi. */
  from: standing.nullable(),
  to: standing,
  images: images.nullable(),
  /** The written reason that was given. */
  reason: z.string().nullable(),
  /** What would have been refused without the reason. */
  overridden: list(z.string()),
  gate: askedGateSchema.nullable(),
  /** What the update was bound to. */
  plan: object({
    changes: list(
      object({ type: z.string(), name: z.string(), operations: list(z.string()), properties: list(z.string()) }),
    ),
    outputs: list(z.string()),
  }).nullable(),
  /** What AWS answered after it. */
  readBack: object({ at: instant, split, healthyTasks: object({ blue: z.int(), green: z.int() }) }).nullable(),
  /** Only for a one-off task. Older files do not have the key. */
  task: task.nullable().optional(),
  /** Only for a restore of the database. */
  restore: object({
    /** Instance whose backups were restored. It is kept where the stack file has deletionProtection. */
    source: z.string(),
    /** The moment that the data is of. */
    to: instant,
    /** The instance that the API works with afterwards; null until it is known. */
    instance: z.string().nullable(),
    /** What was found of roles and grants in it; null where nobody looked. */
    rolesChecked: z.boolean().nullable(),
  }).optional(),
  /** Only for a rotation: the numbers of the keys that it leaves, never a key. */
  signingKeys: signingKeys.optional(),
  /** Of a resume and a rollback: the latch that stood before. Absent where none did, and in older files. */
  latch: object({ at: z.string(), reason: z.string() }).optional(),
  /** Of a cut-over and of the way back: which host, and its DNS records before and after. */
  dns: object({ host: z.enum(publicHosts), before: list(dnsRecord), after: list(dnsRecord) }).optional(),
  /** Of a step, a promote and a rollback: what became of the frontend. Absent in older files. */
  frontend: object({
    did: z.enum(["start", "approve", "complete", "publish", "take back", "wait", "nothing", "not asked", "failed"]),
    /** Vercel's id of the deployment that it was about; null where there was none. */
    deployment: z.string().nullable(),
    text: z.string(),
  }).optional(),
  /** What was still to be done when it ended, a sentence each. */
  problems: list(z.string()),
});

/** One command's evidence. */
export type Evidence = z.output<typeof evidenceSchema>;

/** A one-off task's part of it. */
export type TaskEvidence = NonNullable<Evidence["task"]>;

/** Name of an evidence file: it sorts by time. */
export function evidenceFileName({ at, action }: Pick<Evidence, "at" | "action">): string {
  return `${at.replace(/\.\d+Z$/, "Z").replaceAll(":", "-")}-${action}.json`;
}
