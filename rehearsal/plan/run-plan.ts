import { readFileSync } from "node:fs";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import { parseRecord } from "../../rollout/record.ts";
import { type AssumedPlan, planAssumed, planMove } from "./compare-stage.ts";
import { type ComparablePlan, diffOutputs, diffPlans } from "./diff-plans.ts";
import { withoutSecrets } from "./hide-secrets.ts";
import { renderChanges } from "./report/render-changes.ts";
import { renderFindings } from "./report/render-findings.ts";
import { renderTree } from "./report/render-tree.ts";
import { parseSettings } from "./settings.ts";

/** The command line of `npm run plan`. */
export interface PlanOptions {
  readonly stage: Stage;
  /** Folder with the stack files. */
  readonly projectFolder: string;
  /** Settings that differ from the stack file's, each as `key=value`. */
  readonly set: readonly string[];
  /** Settings of the plan to compare with. */
  readonly diff: readonly string[];
  readonly against: string | undefined;
  readonly record: string | undefined;
  readonly at: Date;
  readonly listResources: boolean;
  readonly json: boolean;
}

/**
 * Plans, compares and prints.
 *
 * @returns the exit code: 0 when the plan stands, 1 when the program refuses it or a mandatory policy is violated
 */
export async function runPlan(options: PlanOptions): Promise<number> {
  try {
    const { planned, baseline } = await makePlans(options);
    const { plan, assumptions } = planned;
    const changes = baseline === undefined ? undefined : diffPlans(baseline, plan);
    const outputs = baseline === undefined ? [] : diffOutputs(baseline, plan);
    if (options.json) {
      const compared = changes === undefined ? {} : { changes, outputChanges: outputs };
      console.log(JSON.stringify({ ...withoutSecrets(plan), assumptions, ...compared }, null, 2));
    } else {
      const parts = [
        ...(changes === undefined
          ? [renderTree(plan.resources, options.listResources)]
          : [renderChanges(changes, outputs)]),
        renderFindings(plan.findings),
        plan.warnings.map((warning) => `Warning: ${warning}`).join("\n"),
        assumptions.map((assumption) => `Assumed: ${assumption}`).join("\n"),
      ];
      console.log(parts.filter((part) => part !== "").join("\n\n"));
    }
    return plan.findings.some((finding) => finding.enforcementLevel === "mandatory") ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

async function makePlans(options: PlanOptions): Promise<{ planned: AssumedPlan; baseline?: ComparablePlan }> {
  const set = parseSettings(options.set);
  const from = parseSettings(options.diff);
  const record = options.record === undefined ? null : parseRecord(readJson(options.record));
  const request = {
    stage: options.stage,
    set,
    now: options.at,
    projectFolder: options.projectFolder,
    ...(record === null ? {} : { record }),
  };
  if (Object.keys(from).length > 0) {
    const { before, after } = await planMove({ ...request, from });
    return { planned: after, baseline: before.plan };
  }
  const planned = await planAssumed(request);
  if (options.against === undefined) return { planned };
  // A written plan holds no secrets, so that this one is compared without them, too.
  return {
    planned: { ...planned, plan: withoutSecrets(planned.plan) },
    baseline: withoutSecrets(readJson(options.against) as ComparablePlan),
  };
}

function readJson(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch (error) {
    // The parser's own message quotes the text.
    const why = error instanceof SyntaxError ? "it is not valid JSON" : error instanceof Error ? error.message : error;
    throw new Error(`${path} cannot be read: ${why}`);
  }
}
