import { exitCodes } from "../../cli/outcome.ts";
import type { Stage } from "../../rollout/names.ts";
import { prepareMotoEnvironment } from "../python/moto-environment.ts";
import { planWeights } from "./plan-weights.ts";
import { renderProblems } from "./render-validation.ts";
import { openServiceModels } from "./service-model.ts";
import { lintPlan, prepareCfnLint } from "./template/lint-template.ts";
import { tryCalls } from "./try-calls.ts";
import { validateResources } from "./validate-resources.ts";

/** The command line of `npm run validate`. */
export interface ValidationOptions {
  readonly stages: readonly Stage[];
  /** Folder with the stack files. */
  readonly projectFolder: string;
}

/**
 * Plans each stage, judges the calls that the provider would make, makes them in moto, has cfn-lint judge them as a
 * template, and prints what AWS would refuse.
 *
 * @returns the exit code: 0 when AWS's models, moto and cfn-lint accept everything, 1 when one refuses something, when something
 *   was not judged or when a plan fails, 2 when the models cannot be had
 */
export async function runValidation({ stages, projectFolder }: ValidationOptions): Promise<number> {
  const environment = await prepareMotoEnvironment();
  if ("missing" in environment) {
    return nothingJudged(`AWS's service models come with botocore, which cannot be used (${environment.missing})`);
  }
  const cfnLint = await prepareCfnLint();
  if ("missing" in cfnLint) return nothingJudged(`cfn-lint cannot be used (${cfnLint.missing})`);
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
      const linted = await lintPlan(stage, plans[0]?.resources ?? [], { python: cfnLint.python, models });
      problems.push(...renderProblems(stage, judged), ...tried.problems, ...linted.problems);
      const weights = plans.map(({ weightPercent }) => weightPercent).join(", ");
      summary.push(
        `${stage}: ${judged.coveredCount} of ${judged.resourceCount} AWS resources of ${judged.types.size} types as ${judged.callCount} API calls, at weights ${weights} %.`,
        `${stage}: moto takes ${tried.acceptedCount} of the ${tried.callCount} calls that create them and change the weight. It does not have ${tried.missing.join(", ")}.`,
        `${stage}: cfn-lint judges ${linted.judgedCount} of the ${judged.resourceCount} resources as a template, and what their documents hold. Explained findings: ${linted.explainedCount}.`,
      );
    }
    const verdict =
      problems.length === 0 ? "AWS's models, moto and cfn-lint refuse nothing" : `Problems: ${problems.length}`;
    console.log([...problems, ...summary, `${verdict} (botocore ${models.version}).`].join("\n"));
    return problems.length === 0 ? exitCodes.done : exitCodes.refusedOrFailed;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return exitCodes.refusedOrFailed;
  }
}

function nothingJudged(reason: string): number {
  console.error(
    `Nothing was judged: ${reason}. Install Python 3.10 or newer with its venv module, make sure that pip reaches a package index, and run this again.`,
  );
  return exitCodes.wrongUse;
}
