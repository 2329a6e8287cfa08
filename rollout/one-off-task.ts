import type { Colour } from "./colour.ts";

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
