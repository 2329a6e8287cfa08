import type * as pulumi from "@pulumi/pulumi";
import { ProjectRollingRelease } from "@pulumiverse/vercel/projectRollingRelease.js";
import type { UntaggedScope } from "../scope.ts";

/** Which project is released, and how. */
export interface RollingReleaseArgs {
  readonly projectId: pulumi.Input<string>;
  readonly teamId: string | undefined;
  /** Per cent of visitors at each stage, 1 to 100, in rising order. The last is 100. */
  readonly stagesPercent: readonly number[];
}

/**
 * Configures how a production deployment reaches visitors (Vercel, "Rolling Releases"; Pro and Enterprise plans): by stages,
 * each of which the commands approve. A change holds for the next rolling release and does not move one that is under way.
 *
 * @throws {RangeError} when Vercel does not accept the stages
 */
export function createRollingRelease(
  { name, parent }: UntaggedScope,
  { projectId, teamId, stagesPercent }: RollingReleaseArgs,
): ProjectRollingRelease {
  checkStages(stagesPercent);
  return new ProjectRollingRelease(
    `${name}-frontend`,
    {
      projectId,
      teamId,
      // Vercel counts time and does not look at the API. So it never goes on by itself.
      advancementType: "manual-approval",
      stages: stagesPercent.map((targetPercentage) => ({ targetPercentage })),
    },
    { parent },
  );
}

/** Limit of Vercel's provider, `vercel_project_rolling_release`. */
const mostStages = 10;

/**
 * Checks the stages.
 *
 * @throws {RangeError} naming the stages and the rule that they break
 */
export function checkStages(stagesPercent: readonly number[]): void {
  const refuse = (rule: string): never => {
    throw new RangeError(`stagesPercent is [${stagesPercent.join(", ")}]. ${rule}`);
  };
  if (stagesPercent.length > mostStages) refuse(`Vercel takes ${mostStages} stages: leave some out.`);
  if (stagesPercent.at(-1) !== 100) refuse("The last stage is 100 per cent: add it.");
  if (stagesPercent.some((percent, index) => percent <= (stagesPercent[index - 1] ?? 0))) {
    refuse("Stages rise from one to the next: put them in order.");
  }
}
