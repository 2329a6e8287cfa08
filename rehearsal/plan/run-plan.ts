import { readFileSync } from "node:fs";
import type { Stage } from "../../infra/config/schema/stage-config.ts";
import type { RecordedOutputs } from "../../infra/stack-outputs.ts";
import { parseRecord, type RolloutRecord, recordSchema } from "../../rollout/record.ts";
import { secretKey } from "../../rollout/secret-versions.ts";
import { type AssumedPlan, planAssumed, planMove, settledConfig } from "./compare-stage.ts";
import { type ComparablePlan, diffOutputs, diffPlans, withoutTimeStamps } from "./diff-plans.ts";
import { withoutSecrets } from "./hide-secrets.ts";
import type { StagePlan } from "./plan-stage.ts";
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
  /** Path of a price file. */
  readonly cost: string | undefined;
  readonly listResources: boolean;
  readonly json: boolean;
}

/** The changes with what the provider replaces. The table of it is loaded only by who compares. */
async function markedChanges(baseline: ComparablePlan, plan: AssumedPlan["plan"]) {
  const { markReplacements } = await import("./replacement/mark-replacements.ts");
  return markReplacements(diffPlans(baseline, plan), baseline, plan);
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
    const changes = baseline === undefined ? undefined : await markedChanges(baseline, plan);
    const outputs = baseline === undefined ? [] : withoutTimeStamps(diffOutputs(baseline, plan));
    const cost = options.cost === undefined ? undefined : await priced(options.cost, options, plan, baseline);
    if (options.json) {
      const compared = changes === undefined ? {} : { changes, outputChanges: outputs };
      console.log(
        JSON.stringify(
          { ...withoutSecrets(plan), assumptions, ...compared, ...(cost && { cost: cost.figures }) },
          null,
          2,
        ),
      );
    } else {
      const parts = [
        ...(changes === undefined
          ? [renderTree(plan.resources, options.listResources)]
          : [renderChanges(changes, outputs)]),
        renderFindings(plan.findings),
        plan.warnings.map((warning) => `Warning: ${warning}`).join("\n"),
        plan.notes.join("\n"),
        assumptions.map((assumption) => `Assumed: ${assumption}`).join("\n"),
        cost?.text ?? "",
      ];
      console.log(parts.filter((part) => part !== "").join("\n\n"));
    }
    return plan.findings.some((finding) => finding.enforcementLevel === "mandatory") ? 1 : 0;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return 1;
  }
}

/** What the plan costs, and the change to it. Loaded only by who asks. */
async function priced(
  pricePath: string,
  { stage, projectFolder, set, at }: PlanOptions,
  plan: StagePlan,
  before: ComparablePlan | undefined,
) {
  const { costOf, renderCost } = await import("./cost/cost.ts");
  const { api } = settledConfig(stage, projectFolder, parseSettings(set));
  const figures = costOf({ pricePath, resources: plan.resources, before: before?.resources, task: api });
  return { figures, text: renderCost(figures, stage, at) };
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
  if (options.against === undefined) return { planned: await planAssumed(request) };
  const baseline = readBasePlan(options.against, options.stage);
  const { originPulls }: RecordedOutputs = baseline.outputs;
  const planned = await planAssumed({ ...request, base: baseline.record, baseOutputs: { originPulls } });
  const assumptions = [...planned.assumptions, ...encryptedAnew(baseline.encryptedSecrets, planned.plan)];
  // A written plan holds no secrets, so that this one is compared without them, too.
  return { planned: { assumptions, plan: withoutSecrets(planned.plan) }, baseline: withoutSecrets(baseline) };
}

/** Of secrets whose text differs from the base's, what only a preview that can decrypt it will tell. */
function encryptedAnew(before: Partial<Readonly<Record<string, string>>> = {}, { encryptedSecrets }: StagePlan) {
  const names = Object.keys(encryptedSecrets).filter((name) => before[name] !== encryptedSecrets[name]);
  return names.map((name) =>
    before[name] === undefined
      ? `${secretKey(name)} is new in the file.`
      : `${secretKey(name)} was encrypted anew, and its value is taken to be the one before. Where it is another, the update stages it in the candidate, or refuses it as it would a changed setting. The preview with the stack's secrets tells which.`,
  );
}

interface BasePlan extends ComparablePlan {
  readonly record: RolloutRecord;
  /** Absent in a plan of an older planner. */
  readonly encryptedSecrets?: StagePlan["encryptedSecrets"] | undefined;
}

/**
 * Reads a plan that `--json` wrote, with the record that it leaves.
 *
 * @throws {Error} for a file that is no such plan, or the plan of another stage
 */
function readBasePlan(path: string, stage: Stage): BasePlan {
  const plan = readJson(path) as Partial<BasePlan & { stage: unknown }> | null;
  const howTo = `Write it with: npm run --silent plan -- --stage ${stage} --json > ${path}`;
  const record = recordSchema.safeParse(plan?.record).data;
  if (!Array.isArray(plan?.resources) || plan.outputs === undefined || record === undefined) {
    throw new Error(`${path} is not a plan that can be compared: it needs resources, outputs and a record. ${howTo}`);
  }
  if (plan.stage !== stage) {
    throw new Error(`${path} is a plan of ${plan.stage}, and ${stage} cannot be compared with it. ${howTo}`);
  }
  return { ...plan, resources: plan.resources, outputs: plan.outputs, record };
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
