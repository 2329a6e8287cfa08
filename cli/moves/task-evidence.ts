import type { Colour } from "../../rollout/colour.ts";
import type { MigrationKind, OneOffTask } from "../../rollout/one-off-tasks.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Evidence, TaskEvidence } from "../evidence/evidence.ts";
import { wholeSecond } from "../evidence/evidence-folder.ts";
import type { RolloutWorld } from "../world.ts";
import { newEvidence } from "./new-evidence.ts";

/** Evidence that tells of a one-off task. */
export type EvidenceOfTask = Evidence & { readonly task: TaskEvidence };

/** What is about to run. */
export interface TaskToRun {
  readonly run: OneOffTask;
  readonly kind: MigrationKind | undefined;
  readonly colour: Colour;
  /** Digest. */
  readonly image: string;
}

/** The evidence of a task that is about to be started, or that was found running. */
export async function beginTaskEvidence(
  world: Pick<RolloutWorld, "stage" | "now" | "repository">,
  record: RolloutRecord,
  { run, kind, colour, image }: TaskToRun,
): Promise<EvidenceOfTask> {
  return {
    ...(await newEvidence(world, "task", wholeSecond(world.now()), record)),
    task: {
      run,
      kind: kind ?? null,
      colour,
      image,
      taskArn: null,
      exitCode: null,
      startedAt: null,
      stoppedAt: null,
    },
  };
}

/** The latest evidence of this task and colour that nobody has ended: its command was cut off. */
export async function begunTask(
  { evidence }: Pick<RolloutWorld, "evidence">,
  { run, colour }: Pick<TaskToRun, "run" | "colour">,
): Promise<EvidenceOfTask | undefined> {
  return (await evidence.list())
    .filter((one): one is EvidenceOfTask => one.action === "task" && one.task !== null && one.task !== undefined)
    .findLast(({ outcome, task }) => outcome === "begun" && task.run === run && task.colour === colour);
}
