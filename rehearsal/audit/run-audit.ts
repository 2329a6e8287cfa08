import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { exitCodes } from "../../cli/outcome.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import type { Stage } from "../../rollout/names.ts";
import { missingImages, planAssumed } from "../plan/compare-stage.ts";
import { withoutSecrets } from "../plan/hide-secrets.ts";
import { type AuditedPlan, judgeByCheckov } from "./checkov.ts";
import { explained } from "./explained.ts";
import type { StepReport } from "./finding.ts";
import { judgeAdvisories, judgeLicences } from "./packages.ts";
import { renderAudit } from "./render-audit.ts";
import { judgeRolePolicies } from "./role-policies.ts";
import { judgeByActionlint, judgeByZizmor } from "./workflows.ts";

/** The command line of `npm run audit`. */
export interface AuditOptions {
  readonly stages: readonly Stage[];
  /** Folder with the stack files, the workflows and the lock files. */
  readonly projectFolder: string;
}

/**
 * Has the plans, the policies of roles, the workflows and the packages judged by scanners of others, and prints a line for
 * each and what they object to.
 *
 * @returns the exit code: 0 when every finding is explained, 1 when one is not, when an explanation is stale or when a plan
 *   fails, 2 when a scanner cannot be had
 */
export async function runAudit({ stages, projectFolder }: AuditOptions): Promise<number> {
  const folder = mkdtempSync(join(tmpdir(), "audit-"));
  try {
    const plans: AuditedPlan[] = [];
    for (const stage of stages) plans.push(await planForAudit(stage, projectFolder));
    const steps: readonly StepReport[] = await Promise.all([
      judgeByCheckov(plans, folder),
      judgeRolePolicies(plans, folder),
      judgeByZizmor(projectFolder),
      judgeByActionlint(projectFolder),
      judgeLicences(projectFolder),
      judgeAdvisories(projectFolder),
    ]);
    const { lines, outcome } = renderAudit(steps, explained, stages);
    console.log(lines.join("\n"));
    return outcome;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return exitCodes.refusedOrFailed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Plans a stage with an image for both colours at weight 0, without its secrets. */
async function planForAudit(stage: Stage, projectFolder: string): Promise<AuditedPlan> {
  const set = { ...missingImages(readStackFile(projectFolder, stage)), candidateWeight: 0 };
  const { plan } = await planAssumed({ stage, set, now: new Date(), projectFolder });
  return { stage, resources: withoutSecrets(plan).resources };
}
