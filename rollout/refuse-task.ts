import { type Colour, otherColour } from "./colour.ts";
import { type MigrationKind, refuseMigration } from "./migrations.ts";
import type { OneOffTask } from "./one-off-task.ts";
import { driftedSplit, formatSplit, type Split } from "./real-split.ts";
import type { RolloutRecord } from "./record.ts";
import type { Schedule } from "./schedule.ts";
import { weightsByColour } from "./weights.ts";

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
export interface MigrationRequest {
  readonly kind: MigrationKind;
  readonly schedule: Pick<Schedule, "rollbackWindowSeconds">;
  /** What AWS really gives each colour. */
  readonly split: Split;
  readonly now: Date;
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
      "Seed data is made-up couples and invoices, and exists in staging only (guide S3). Give --stage staging; production has no such task.",
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

function migrationProblems({ stage, record }: TaskRequest, { kind, schedule, split, now }: MigrationRequest): string[] {
  const refusal = refuseMigration(kind, record, schedule, now);
  const problems = refusal === undefined ? [] : [refusal.message];
  const real = driftedSplit({ previous: record, realWeights: split });
  if (real !== undefined) {
    const recorded = formatSplit(weightsByColour(record.liveColour, record.weightPercent));
    problems.push(
      `A migration was asked for but the public rule in AWS gives ${formatSplit(real)} where the last update recorded ${recorded}, so nobody can say which version it would meet. Look with npm run rollout -- status --stage ${stage}, and let them agree first: npm run rollout -- rollback --stage ${stage}, or the command that was interrupted.`,
    );
  }
  return problems;
}
