import { type Stage, stages } from "../../infra/config/schema/stage-config.ts";
import { planMove } from "../plan/compare-stage.ts";
import { diffPlans } from "../plan/diff-plans.ts";
import { projectFolder } from "../plan/project-folder.ts";
import { readStageFacts } from "../walk/stage-facts.ts";

/** The stack file's freeze windows would refuse the steps on some days of the year. */
const unfrozen = { "rollout.freezeWindows": [] };

/** The largest number of cloud resources that any step of a stage changes. */
export async function updatesPerStep(): Promise<Record<Stage, number>> {
  const counts: [Stage, number][] = [];
  for (const stage of stages) {
    const weights = readStageFacts(projectFolder, stage, {}).rollout.steps.map(({ weight }) => weight);
    let most = 0;
    for (const [index, to] of weights.entries()) {
      const request = { stage, projectFolder, now: new Date() };
      const from = { ...unfrozen, candidateWeight: weights[index - 1] ?? 0 };
      const plans = await planMove({ ...request, set: { ...unfrozen, candidateWeight: to }, from });
      most = Math.max(most, diffPlans(plans.before.plan, plans.after.plan).length);
    }
    counts.push([stage, most]);
  }
  return Object.fromEntries(counts) as Record<Stage, number>;
}
