import type * as pulumi from "@pulumi/pulumi";
import { ProjectRollingRelease } from "@pulumiverse/vercel/projectRollingRelease.js";

/** A stage of a rolling release: how many visitors see the new deployment, and for how long. */
export interface RollingReleaseStage {
  /** Per cent of visitors, 1 to 100. */
  readonly targetPercent: number;
  /** Seconds until the next stage, whole minutes up to 10 000. Absent: a person approves the next stage. */
  readonly durationSeconds?: number;
}

/** How stages follow each other, by Vercel's names. */
type Advancement = "automatic" | "manual-approval";

/** Limits of Vercel's provider, `vercel_project_rolling_release`. */
const mostStages = 10;
const longestMinutes = 10_000;

/**
 * Configures how a production deployment reaches visitors (Vercel, "Rolling Releases"; Pro and Enterprise plans). A
 * change holds for the next deployment and moves no rollout in flight.
 *
 * @throws {RangeError} when the stages are none that Vercel accepts
 */
export function createRollingRelease(
  name: string,
  stages: readonly RollingReleaseStage[],
  project: { readonly projectId: pulumi.Input<string>; readonly teamId?: string },
  opts: pulumi.CustomResourceOptions,
): ProjectRollingRelease {
  return new ProjectRollingRelease(
    `${name}-frontend`,
    {
      ...project,
      advancementType: advancementOf(stages),
      stages: stages.map(({ targetPercent, durationSeconds }) => ({
        targetPercentage: targetPercent,
        ...(durationSeconds === undefined ? {} : { duration: durationSeconds / 60 }),
      })),
    },
    opts,
  );
}

/**
 * Checks the stages and answers how they advance: by themselves when each has a duration, by approval when none has.
 *
 * @throws {RangeError} naming the stages and the rule that they break
 */
export function advancementOf(stages: readonly RollingReleaseStage[]): Advancement {
  const refuse = (rule: string): never => {
    const shown = stages.map(({ targetPercent, durationSeconds }) => `${targetPercent} %/${durationSeconds ?? "-"} s`);
    throw new RangeError(`rollingRelease is [${shown.join(", ")}]. ${rule}`);
  };
  if (stages.length > mostStages) refuse(`Vercel takes ${mostStages} stages: leave some out.`);
  const last = stages.at(-1);
  if (last?.targetPercent !== 100 || last.durationSeconds !== undefined) {
    refuse("The last stage is 100 per cent and has no duration: add it.");
  }
  if (stages.some(({ targetPercent }, index) => targetPercent <= (stages[index - 1]?.targetPercent ?? 0))) {
    refuse("Stages rise from one to the next: put them in order.");
  }
  const durations = stages.slice(0, -1).map(({ durationSeconds }) => durationSeconds);
  const given = durations.filter((seconds) => seconds !== undefined);
  if (given.some((seconds) => seconds % 60 !== 0 || seconds < 60 || seconds > longestMinutes * 60)) {
    refuse(`Vercel counts whole minutes from 1 to ${longestMinutes}: round the durations.`);
  }
  if (given.length === durations.length && given.length > 0) return "automatic";
  if (given.length > 0) refuse("Either every stage before the last has a duration or none has.");
  return "manual-approval";
}
