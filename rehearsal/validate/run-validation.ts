import { exitCodes } from "../../cli/outcome.ts";
import type { Stage } from "../../rollout/names.ts";
import { prepareMotoEnvironment } from "../python/moto-environment.ts";
import { planWeights } from "./plan-weights.ts";
import { renderProblems } from "./render-validation.ts";
import { openServiceModels } from "./service-model.ts";
import { tryCalls } from "./try-calls.ts";
import { validateResources } from "./validate-resources.ts";

/** The command line of `npm run validate`. */
export interface ValidationOptions {
  readonly stages: readonly Stage[];
  /** Folder with the stack files. */
  readonly projectFolder: string;
}

/**
 * Plans each stage, judges the calls that the provider would make, makes them in moto, and prints what AWS would refuse.
 *
 * @returns the exit code: 0 when AWS's models and moto accept everything, 1 when one refuses something, when something
 *   was not judged or when a plan fails, 2 when the models cannot be had
 */
export async function runValidation({ stages, projectFolder }: ValidationOptions): Promise<number> {
  const environment = await prepareMotoEnvironment();
  if ("missing" in environment) {
    console.error(
      `Nothing was judged: AWS's service models come with botocore, which could not be installed (${environment.missing}). Install Python 3.10 or newer with its venv module, make sure that pip reaches a package index, and run this again.`,
    );
    return exitCodes.wrongUse;
  }
  try {
    const models = openServiceModels(environment.python);
    const problems: string[] = [];
    const summary: string[] = [];
    for (const stage of stages) {
      const plans = await planWeights(stage, projectFolder, new Date());
      const judged = validateResources(
        plans.flatMap(({ resources }) => resources),
        models,
      );
      const tried = await tryCalls(stage, plans, models);
      problems.push(...renderProblems(stage, judged), ...tried.problems);
      const weights = plans.map(({ weightPercent }) => weightPercent).join(", ");
      summary.push(
        `${stage}: ${judged.coveredCount} of ${judged.resourceCount} AWS resources of ${judged.types.size} types as ${judged.callCount} API calls, at weights ${weights} %.`,
        `${stage}: moto takes ${tried.acceptedCount} of the ${tried.callCount} calls that create them and change the weight. It does not have ${tried.missing.join(", ")}.`,
      );
    }
    const verdict = problems.length === 0 ? "AWS's models and moto refuse nothing" : `Problems: ${problems.length}`;
    console.log([...problems, ...summary, `${verdict} (botocore ${models.version}).`].join("\n"));
    return problems.length === 0 ? exitCodes.done : exitCodes.refusedOrFailed;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return exitCodes.refusedOrFailed;
  }
}
