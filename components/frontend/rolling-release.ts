import type * as pulumi from "@pulumi/pulumi";
import { ProjectRollingRelease } from "@pulumiverse/vercel/projectRollingRelease.js";
import type { UntaggedScope } from "../scope.ts";

/** A stage of a rolling release: how many visitors see the new deployment, and for how long. */
export interface RollingReleaseStage {
  /** Per cent of visitors, 1 to 100. */
  readonly targetPercent: number;
  /** Seconds until the next stage, whole minutes up to 10 000. Absent: a person approves the next stage. */
  readonly durationSeconds?: number;
}

/** Which project is released, and how. */
export interface RollingReleaseArgs {
  readonly projectId: pulumi.Input<string>;
  readonly teamId: string | undefined;
  readonly stages: readonly RollingReleaseStage[];
}

/**
 * Configures how a production deployment reaches visitors (Vercel, "Rolling Releases"; Pro and Enterprise plans). A
 * change holds for the next deployment and does not move a rollout that is under way.
 *
 * @throws {RangeError} when Vercel does not accept the stages
 */
export function createRollingRelease(
  { name, parent }: UntaggedScope,
  { projectId, teamId, stages }: RollingReleaseArgs,
): ProjectRollingRelease {
  return new ProjectRollingRelease(
    `${name}-frontend`,
    {
      projectId,
      teamId,
      advancementType: advancementOf(stages),
      stages: stages.map(({ targetPercent, durationSeconds }) => ({
        targetPercentage: targetPercent,
        duration: durationSeconds === undefined ? undefined : durationSeconds / 60,
      })),
    },
    { parent },
  );
}

/** How stages follow each other, in Vercel's words. */
type Advancement = "automatic" | "manual-approval";

/** Limits of Vercel's provider, `vercel_project_rolling_release`. */
const mostStages = 10;
const longestMinutes = 10_000;

/**
 * Checks the stages and says how they advance: by themselves when each has a duration, by approval when none has.
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
