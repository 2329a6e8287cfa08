import { z } from "zod";
import type { DroppedEntries } from "./bounded-history.ts";
import { type Colour, colours } from "./colour.ts";
import type { ContractMigration } from "./contract-migrations.ts";
import { type SystemFigures, systemFiguresSchema } from "./gate/system-figures.ts";
import { type ExposureFigures, exposureFiguresSchema, type Verdict, verdictSchema } from "./gate/verdict.ts";
import type { SettingsByColour } from "./release.ts";
import { type LabelsByColour, type RecordedRelease, recordedReleaseSchema } from "./releases.ts";
import type { ScheduleInForce } from "./schedule.ts";
import { type VersionsBySecret, versionsBySecretSchema } from "./secret-versions.ts";
import { type Settings, settingsSchema } from "./settings.ts";
import type { RecordedSigningKeys } from "./signing-keys.ts";
import { weekdays } from "./weekly-freeze.ts";

/** Image digests by colour; null where a colour has none and so runs no tasks. */
export type ImagesByColour = Readonly<Record<Colour, string | null>>;

/** What one update did to the rollout. */
export type RolloutEvent =
  | "deployed"
  | "image"
  | "advanced"
  | "lowered"
  | "promoted"
  | "returned"
  | "rotated"
  | "rescheduled"
  | "unprotected"
  | "reconfigured";

/** What requests of one colour a gate was shown. */
interface GateCounts {
  readonly requests: number;
  readonly errors: number;
  /** Absent where CloudWatch had none. */
  readonly p95Milliseconds?: number | undefined;
}

/** What the gate of a step rested on, for a reader of the history. The evidence has it whole. */
export interface GateFigures {
  readonly verdict: Verdict;
  /** ISO 8601 instants that requests were counted between; null where no whole minute had passed. */
  readonly window: { readonly from: string; readonly until: string } | null;
  readonly candidate: GateCounts;
  readonly live: GateCounts;
  /** Where it passed by exposure and not by the threshold. */
  readonly exposure?: ExposureFigures | undefined;
  /** What database and tasks had to bear in the last step (guide R2). Absent in entries of older versions. */
  readonly system?: SystemFigures | undefined;
  /** Users' answers about the candidate over all steps of its release. Absent where none could be read. */
  readonly feedback?: { readonly answers: number; readonly problems: number } | undefined;
}

/** One line of the rollout's history: what an update made true, and when. */
export interface HistoryEntry {
  /** ISO 8601 instant of the update, UTC. */
  readonly at: string;
  readonly event: RolloutEvent;
  readonly liveColour: Colour;
  /** Per cent of public traffic on the candidate after the update. */
  readonly weightPercent: number;
  readonly images: ImagesByColour;
  /** Keys of the settings and secrets that a release has otherwise since. Absent where none, and in entries of older versions. */
  readonly changed?: readonly string[] | undefined;
  /** Absent where no image had one. */
  readonly labels?: LabelsByColour | undefined;
  /** The written reason, where the update needed one. */
  readonly override?: string;
  /** What it let through. Absent where it let nothing through, and in entries of older versions. */
  readonly overrode?: readonly string[] | undefined;
  /** Of a rise or a promote, unless a version that asked no gate wrote it. */
  readonly gate?: GateFigures | undefined;
}

/** The release that the last return took off the public path: it rises again only for a written reason. */
interface ReturnedFrom {
  /** ISO 8601 instant of the return. */
  readonly at: string;
  /** Its digest. */
  readonly image: string;
  /** What its tasks saw of the config. Absent where nobody recorded it; then the digest alone tells the release. */
  readonly settings?: Settings | undefined;
}

/** What a rise and a promote may not change in the same edit, as the last update had it at whatever weight. */
export interface DeployedFile {
  readonly schedule: ScheduleInForce;
  /** The settings that both colours run with. */
  readonly settings: Settings;
  /** What guards a rollout, and may change while the candidate has traffic. */
  readonly safeguards: Settings;
}

/**
 * What the last finished update left behind: written as the stack output `rollout` and read back at the start of the
 * next through a `StackReference` to the stack itself. It holds no secret, since one would make the whole output secret.
 */
export interface RolloutRecord {
  readonly version: 1;
  readonly liveColour: Colour;
  /** Per cent of public traffic on the candidate. */
  readonly weightPercent: number;
  /** ISO 8601 instant since which this live colour and weight hold; the bake counts from it. */
  readonly since: string;
  readonly images: ImagesByColour;
  /** What people call the images. Absent where none has a label. */
  readonly labels?: LabelsByColour | undefined;
  /** ISO 8601 instant of the last promote while its rollback window can matter; null before the first and after a return. */
  readonly promotedAt: string | null;
  /** How long the last promote can be undone, as its config had it. Absent as `promotedAt` is null, and in older records. */
  readonly rollbackWindowSeconds?: number | undefined;
  /** Absent before a return, and after a later promote. */
  readonly returnedFrom?: ReturnedFrom | undefined;
  /** Absent on a stack that never rotated its key. */
  readonly signingKeys?: RecordedSigningKeys;
  /** The schedule in force while the candidate has traffic. Absent at weight 0, and after an update by an older version. */
  readonly schedule?: ScheduleInForce | undefined;
  /** The settings that both colours run with, fixed while the candidate has traffic. Absent as the schedule is. */
  readonly settings?: Settings | undefined;
  /** What the file said at the last update: a rise is held against it. Absent after an update by an older version. */
  readonly deployedFile?: DeployedFile | undefined;
  /**
   * What each colour's tasks see of the config, besides the image; of each secret its version, as
   * `applicationSecrets.STRIPE_SECRET_KEY: "version 2"`. Absent after an update by an older version.
   */
  readonly releaseSettings?: SettingsByColour | undefined;
  /** The versions of the application secrets. Absent where `releaseSettings` names none, as in a record of an older version. */
  readonly secretVersions?: VersionsBySecret | undefined;
  /** The releases that ran, the last staged one last. Absent after an update by an older version: see `releasesOf`. */
  readonly releases?: readonly RecordedRelease[] | undefined;
  /** Since when the candidate is the one that it is, ISO 8601. Absent in older records; see `candidateSince`. */
  readonly candidateSince?: string | undefined;
  /**
   * The `contract` migrations that the schema has gone through, as the last update knew them, oldest first: evidence that is
   * deleted, or that a checkout lacks, makes nobody forget them. Absent where none is known, and in older records.
   */
  readonly contractMigrations?: readonly ContractMigration[] | undefined;
  /** Oldest first: the newest entries, and those that a rule needs. */
  readonly history: readonly HistoryEntry[];
  /** What is kept of older entries. Absent while the history is whole. */
  readonly dropped?: DroppedEntries | undefined;
}

const colour = z.enum(colours);
const instant = z.iso.datetime();
const weightPercent = z.int().min(0).max(100);
const images = z.strictObject({ blue: z.string().nullable(), green: z.string().nullable() });

const gateCounts = z.strictObject({
  requests: z.int(),
  errors: z.int(),
  p95Milliseconds: z.number().optional(),
});

/** The gate's figures as the output holds them. */
export const gateFiguresSchema: z.ZodType<GateFigures> = z.strictObject({
  verdict: verdictSchema,
  window: z.strictObject({ from: instant, until: instant }).nullable(),
  candidate: gateCounts,
  live: gateCounts,
  exposure: exposureFiguresSchema.optional(),
  system: systemFiguresSchema.optional(),
  feedback: z.strictObject({ answers: z.int(), problems: z.int() }).optional(),
});

const scheduleInForce: z.ZodType<ScheduleInForce> = z.strictObject({
  steps: z.array(
    z.strictObject({ weightPercent, bakeSeconds: z.int().min(0), limitSeconds: z.int().positive().optional() }),
  ),
  onLimit: z.enum(["notify", "rollback"]).optional(),
  mostFailedRequests: z.int().min(0).optional(),
  freezeWindows: z.array(z.strictObject({ from: z.string(), until: z.string(), reason: z.string() })),
  weeklyFreezeWindows: z
    .array(
      z.strictObject({
        every: z.enum(weekdays),
        from: z.string(),
        until: z.string(),
        timeZone: z.string(),
        reason: z.string(),
      }),
    )
    .optional(),
});

const labels = z.strictObject({ blue: z.string().nullable(), green: z.string().nullable() });

/** The record as the output holds it. A key that this version does not know is refused: it may matter. */
export const recordSchema: z.ZodType<RolloutRecord> = z.strictObject({
  version: z.literal(1),
  liveColour: colour,
  weightPercent,
  since: instant,
  images,
  labels: labels.optional(),
  promotedAt: instant.nullable(),
  rollbackWindowSeconds: z.int().min(0).optional(),
  returnedFrom: z.strictObject({ at: instant, image: z.string(), settings: settingsSchema.optional() }).optional(),
  signingKeys: z
    .strictObject({
      current: z.int().min(1),
      alsoAccepted: z.int().min(1).nullable(),
      since: instant,
      acceptedUntil: instant.nullable(),
    })
    .optional(),
  schedule: scheduleInForce.optional(),
  settings: settingsSchema.optional(),
  deployedFile: z
    .strictObject({ schedule: scheduleInForce, settings: settingsSchema, safeguards: settingsSchema })
    .optional(),
  releaseSettings: z.strictObject({ blue: settingsSchema.nullable(), green: settingsSchema.nullable() }).optional(),
  secretVersions: versionsBySecretSchema.optional(),
  candidateSince: instant.optional(),
  contractMigrations: z.array(z.strictObject({ at: instant, image: z.string() })).optional(),
  history: z.array(
    z.strictObject({
      at: instant,
      event: z.enum([
        "deployed",
        "image",
        "advanced",
        "lowered",
        "promoted",
        "returned",
        "rotated",
        "rescheduled",
        "unprotected",
        "reconfigured",
      ]),
      liveColour: colour,
      weightPercent,
      images,
      changed: z.array(z.string()).optional(),
      labels: labels.optional(),
      override: z.string().optional(),
      overrode: z.array(z.string()).optional(),
      gate: gateFiguresSchema.optional(),
    }),
  ),
  releases: z.array(recordedReleaseSchema).optional(),
  dropped: z
    .strictObject({
      entries: z.int().min(1),
      until: instant,
      usedReasons: z.array(z.strictObject({ fingerprint: z.string(), at: instant })),
    })
    .optional(),
});

/**
 * Reads the stack output `rollout` of an earlier update.
 *
 * @param value the output's value; undefined where the stack has none yet
 * @returns null on a stack's first deployment
 * @throws {TypeError} for a record that this version cannot read; nothing may be decided on a guess of where traffic is
 */
export function parseRecord(value: unknown): RolloutRecord | null {
  if (value === undefined || value === null) return null;
  const parsed = recordSchema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The stack output "rollout" cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. It was written by another version of this program; run the update with that version, or repair the output with npx pulumi state edit --stack <stage>.`,
  );
}
