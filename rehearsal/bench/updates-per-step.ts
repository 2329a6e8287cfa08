import { fileURLToPath } from "node:url";
import { type Stage, stages } from "../../infra/config/schema/stage-config.ts";
import { planMove } from "../plan/compare-stage.ts";
import { diffPlans } from "../plan/diff-plans.ts";

/** The guide's steps (R1), each as the move from one weight to the next. */
const moves = [
  [0, 5],
  [5, 25],
  [25, 50],
  [50, 100],
] as const;

/** The largest number of cloud resources that any step of a stage changes. */
export async function updatesPerStep(): Promise<Record<Stage, number>> {
  const projectFolder = fileURLToPath(new URL("../../", import.meta.url));
  const counts: [Stage, number][] = [];
  for (const stage of stages) {
    let most = 0;
    for (const [from, to] of moves) {
      const request = { stage, projectFolder, now: new Date() };
      const plans = await planMove({ ...request, set: { candidateWeight: to }, from: { candidateWeight: from } });
      most = Math.max(most, diffPlans(plans.before.plan, plans.after.plan).length);
    }
    counts.push([stage, most]);
  }
  return Object.fromEntries(counts) as Record<Stage, number>;
}
