import type { Stage } from "../../rollout/names.ts";
import type { Evidence } from "../evidence/evidence.ts";
import { isOfTask } from "../moves/task-end.ts";

/** A migration that did not end well, and no later one has. */
interface UnfinishedMigration {
  /** ISO 8601 instant at which it was begun. */
  readonly at: string;
  /** As its evidence has it; `begun`: its command was cut off. */
  readonly outcome: Exclude<Evidence["outcome"], "done">;
  /** A sentence or two. */
  readonly text: string;
  /** A line to paste. */
  readonly command: string;
}

/**
 * The last migration of a stage, where it did not end well: a failed one, one whose end nobody knows, and one whose command
 * was cut off.
 */
export function unfinishedMigration(stage: Stage, evidence: readonly Evidence[]): UnfinishedMigration | undefined {
  const last = evidence.filter(isOfTask).findLast(({ task }) => task.run === "migrate");
  if (last === undefined || last.outcome === "done") return undefined;
  const { at, outcome, task, problems } = last;
  const kind = task.kind === null ? "" : ` (${task.kind})`;
  const how =
    outcome === "begun"
      ? "was begun, and its command was cut off before its end. The command below waits for it."
      : `did not end well: ${problems.join(" ")} Read its log, fix the error, then run it again. Running it twice is safe: Alembic goes on from the last revision that it wrote down.`;
  return {
    at,
    outcome,
    text: `Migration: that of ${at} from ${task.colour}${kind} ${how}`,
    command: `npm run rollout -- task --stage ${stage} --run migrate --colour ${task.colour}`,
  };
}
