import type { KindOfMigration } from "./checked-migration.ts";
import { type Colour, otherColour } from "./colour.ts";
import { driftedSplit, type Refusal } from "./move.ts";
import type { RolloutRecord } from "./record.ts";
import { canReturn, isOldVersion, rollbackWindowEnd } from "./return.ts";
import type { Schedule } from "./schedule.ts";
import { formatSplit, type Split, weightsByColour } from "./split.ts";
import { type Clock, formatInstant } from "./time.ts";

/** What runs once from a colour's image. Guide S2 and P4 (migrations), P4 (data integrity), S3 (seed data, staging only). */
export type OneOffTask = "migrate" | "integrity" | "seed";

/** All of them, in the order in which help names them. */
export const oneOffTasks = ["migrate", "integrity", "seed"] as const satisfies readonly OneOffTask[];

/**
 * The mark that a task is started with and found by again: `rollout-migrate-green`. ECS takes letters, numbers, hyphens and
 * underscores, and the cluster is a stage's own, so the stage need not be in it.
 *
 * @see Amazon ECS API Reference, RunTask, `startedBy`
 */
export function taskMark(run: OneOffTask, colour: Colour): string {
  return `rollout-${run}-${colour}`;
}

/**
 * The colour whose image a one-off task runs from, where nobody names one: the candidate where it has a release, because a
 * migration belongs to the version that is about to serve; else the live one. The version that was live before the last
 * promote is no release: it is older than the schema, and Alembic would not know where it stands.
 */
export function taskColour(record: RolloutRecord): Colour {
  const candidate = otherColour(record.liveColour);
  return record.images[candidate] === null || isOldVersion(record) ? record.liveColour : candidate;
}

/**
 * The two halves of a schema change: `expand` adds what the new version needs and the old one ignores, `contract` takes
 * away what only the old one used.
 */
export const migrationKinds = ["expand", "contract"] as const;

export type MigrationKind = (typeof migrationKinds)[number];

/**
 * Whether a migration may run now: `expand` any time before traffic, `contract` only after promote and once no old
 * version can be returned to.
 *
 * @returns undefined where it may
 */
export function refuseMigration(
  kind: MigrationKind,
  record: RolloutRecord,
  schedule: Pick<Schedule, "rollbackWindowSeconds">,
  clock: Clock,
): Refusal | undefined {
  const refuse = (message: string): Refusal => ({ rule: "migrations", message, allowance: null });
  if (record.weightPercent > 0) {
    const todo =
      kind === "expand" ? "Run it at weight 0, before traffic." : "Run it after promote and its rollback window.";
    return refuse(
      `You asked for a migration of kind ${kind}, but the candidate has ${record.weightPercent} % of the traffic. ${todo}`,
    );
  }
  if (kind === "expand") return undefined;
  if (record.promotedAt === null) {
    return refuse(
      "You asked for a migration of kind contract, but nothing was promoted. Promote the new version first.",
    );
  }
  if (!canReturn(record, schedule.rollbackWindowSeconds, clock.now)) return undefined;
  const end = rollbackWindowEnd(record, schedule.rollbackWindowSeconds) ?? clock.now;
  return refuse(
    `You asked for a migration of kind contract. Until ${formatInstant(end, clock)} you can return to the old version, and the migration would break it. Wait until then, or retire the old colour first.`,
  );
}

/** Everything that decides whether a one-off task may be started. */
export interface TaskRequest {
  readonly stage: string;
  readonly run: OneOffTask;
  readonly colour: Colour;
  readonly record: RolloutRecord;
  /** Of the last update's outputs; undefined where they have none for this task and colour. */
  readonly taskDefinitionArn: string | undefined;
  /** What a migration is judged by besides; undefined for the others, which only read, or write in staging alone. */
  readonly migration: MigrationRequest | undefined;
}

/** What of a migration decides. */
export interface MigrationRequest extends Clock {
  /** What its checks and whoever asks for it say of its kind. */
  readonly decided: Pick<KindOfMigration, "kind" | "problems">;
  readonly schedule: Pick<Schedule, "rollbackWindowSeconds">;
  /** What AWS really gives each colour. */
  readonly split: Split;
}

/**
 * Why a task may not be started now; empty where it may. A set latch keeps none from running: an integrity check is wanted
 * just then, and a fixed release needs its migration before the rollout resumes. A rollback that the record does not tell of
 * yet shows as drift, which a migration does wait for.
 */
export function refuseTask(request: TaskRequest): string[] {
  const { stage, run, colour, record, taskDefinitionArn, migration } = request;
  if (run === "seed" && stage === "production") {
    return [
      "You asked for seed data in production. Seed data is made-up couples and invoices, and exists in staging only (guide S3). Give --stage staging.",
    ];
  }
  if (record.images[colour] === null) {
    const other = otherColour(colour);
    const instead = record.images[other] === null ? "" : `, or give --colour ${other}`;
    return [
      `${colour} has no image, so there is nothing to run ${run} from. Set images.${colour} to a digest and update${instead}.`,
    ];
  }
  if (taskDefinitionArn === undefined) {
    return [
      `The stack's outputs name no task definition for ${run} of ${colour}: oneOffTaskDefinitionArns.${colour}.${run} is missing. Run npx pulumi up --stack ${stage}, which writes it.`,
    ];
  }
  return migration === undefined ? [] : migrationProblems(request, migration);
}

function migrationProblems(
  { stage, record }: TaskRequest,
  { decided, schedule, split, ...clock }: MigrationRequest,
): string[] {
  const { kind } = decided;
  const refusal = kind === undefined ? undefined : refuseMigration(kind, record, schedule, clock);
  const problems = [...decided.problems, ...(refusal === undefined ? [] : [refusal.message])];
  const real = driftedSplit({ previous: record, realWeights: split });
  if (real !== undefined) {
    const recorded = formatSplit(weightsByColour(record.liveColour, record.weightPercent));
    problems.push(
      `You asked for a migration. The public rule in AWS gives ${formatSplit(real)}, but the last update recorded ${recorded}, so nobody can say which version the migration would meet. Run npm run rollout -- status --stage ${stage} to see both. Then run the command that was interrupted again, or npm run rollout -- rollback --stage ${stage}.`,
    );
  }
  return problems;
}

/** How a one-off task stands in AWS. */
export interface OneOffTaskState {
  readonly arn: string;
  /** `PROVISIONING`, `PENDING`, `RUNNING`, `STOPPING`, `STOPPED` and what ECS has between them. */
  readonly status: string;
  /** Of the one container; null while it runs, and where it never ran. */
  readonly exitCode: number | null;
  /** What ECS says of the container and of the task, the container's first; empty while nothing is to be said. */
  readonly reasons: readonly string[];
  /** ISO 8601 instants; null where it has not come to that. */
  readonly startedAt: string | null;
  readonly stoppedAt: string | null;
}

/** Whether nothing of it runs any more. */
export function hasStopped({ status }: Pick<OneOffTaskState, "status">): boolean {
  return status === "STOPPED";
}

/**
 * What a task that has stopped did not do, or undefined where it did its work: its container ended with 0. That a task has
 * stopped says nothing, and neither does ECS's reason, which is the same for a container that succeeded.
 *
 * @param what the task in words: `migrate from green`
 */
export function taskProblem(what: string, { exitCode, reasons, startedAt }: OneOffTaskState): string | undefined {
  if (exitCode === 0) return undefined;
  const said = reasons.map((reason) => reason.replace(/\.$/, "")).join("; ") || "ECS gives no reason";
  if (exitCode !== null) return `${what} ended with exit code ${exitCode}: ${said}.`;
  return startedAt === null
    ? `${what} never started: ${said}. Nothing was run, so its log is most likely empty.`
    : `${what} was ended without an exit code: ${said}. Nobody can say how far it came; its log may.`;
}
