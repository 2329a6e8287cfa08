import { projectName } from "../../infra/config/config-keys.ts";
import { readStageConfig } from "../../infra/config/read-stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import type { Stage } from "../../rollout/names.ts";
import { missingImages, planAssumed } from "../plan/compare-stage.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";

/** What is planned of one stage at one weight. */
export interface WeightPlan {
  readonly weightPercent: number;
  /** At the first weight all resources, at a later one those with other inputs than at any weight before. */
  readonly resources: readonly PlannedResource[];
}

/**
 * Plans a stage with an image for both colours at weight 0 and at each step of its schedule.
 *
 * @param settings further values that differ from the stack file. Default none
 */
export async function planWeights(
  stage: Stage,
  projectFolder: string,
  now: Date,
  settings: Readonly<Record<string, unknown>> = {},
): Promise<readonly WeightPlan[]> {
  const file = readStackFile(projectFolder, stage);
  const { rollout } = readStageConfig({ project: projectName, stack: stage, values: file.values, stackFile: file });
  const seen = new Set<string>();
  const plans: WeightPlan[] = [];
  for (const weightPercent of [0, ...rollout.steps.map((step) => step.weight)]) {
    const set = { ...missingImages(file), ...settings, candidateWeight: weightPercent };
    const { plan } = await planAssumed({ stage, set, now, projectFolder });
    const resources = plan.resources.filter(({ urn, inputs }) => {
      const planned = `${urn} ${JSON.stringify(inputs)}`;
      return !seen.has(planned) && seen.add(planned);
    });
    plans.push({ weightPercent, resources });
  }
  return plans;
}
