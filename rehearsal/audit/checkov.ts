import { writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { z } from "zod";
import { runProcess } from "../../cli/process.ts";
import { stageName } from "../../infra/naming.ts";
import { readJson } from "../../rollout/json.ts";
import type { Stage } from "../../rollout/names.ts";
import { isOfAws, type PlannedResource } from "../plan/planned-resource.ts";
import { preparePythonEnvironment } from "../python/python-environment.ts";
import type { Finding, StepReport } from "./finding.ts";
import { terraformAddress, terraformPlan } from "./terraform-plan.ts";

/** The planned resources of a stage. */
export interface AuditedPlan {
  readonly stage: Stage;
  readonly resources: readonly PlannedResource[];
}

const title = "Plans, by Checkov";

/** The environment that Checkov has for itself. */
export function prepareCheckov() {
  return preparePythonEnvironment({
    name: "checkov",
    requirements: new URL("../python/checkov.txt", import.meta.url),
  });
}

/** The parts of Checkov's JSON that are read. */
const checkSchema = z.object({
  check_id: z.string(),
  check_name: z.string(),
  file_path: z.string(),
  resource: z.string(),
});
const answerSchema = z.object({
  results: z.object({
    passed_checks: z.array(checkSchema),
    failed_checks: z.array(checkSchema),
    parsing_errors: z.array(z.unknown()).length(0),
  }),
  summary: z.object({ checkov_version: z.string(), resource_count: z.number() }),
});

/**
 * Judges plans by Checkov, offline, as the plans of Terraform for a new account.
 *
 * @param plans without secrets, because they are written to files
 * @param folder an empty folder for these files
 * @throws {Error} when Checkov does not judge every resource
 */
export async function judgeByCheckov(plans: readonly AuditedPlan[], folder: string): Promise<StepReport> {
  const environment = await prepareCheckov();
  if ("missing" in environment) return { title, missing: environment.missing };
  const files = plans.map(({ stage, resources }) => {
    const file = join(folder, `${stage}.json`);
    // A line each, because Checkov counts them.
    writeFileSync(file, JSON.stringify(terraformPlan(resources), null, 1));
    return file;
  });
  const words = ["-m", "checkov.main", "--file", ...files, "--framework", "terraform_plan"];
  const { stdout, stderr } = await runProcess({
    command: environment.python,
    words: [...words, "--output", "json", "--compact", "--skip-download"],
    // No configuration file of the project or of the user's folder is meant for this.
    cwd: folder,
    environment: { PYTHONDONTWRITEBYTECODE: "1" },
  });
  return readAnswer(stdout, plans, stderr);
}

/** Reads what Checkov printed. @throws {Error} when it judged less than the plans hold */
function readAnswer(stdout: string, plans: readonly AuditedPlan[], stderr: string): StepReport {
  const answer = answerSchema.safeParse(readJson(stdout));
  if (!answer.success) {
    const said = stderr.trim().split("\n").at(-1) ?? "";
    throw new Error(`Checkov gave no answer that can be read (${z.prettifyError(answer.error)}). It says: ${said}`);
  }
  const { results, summary } = answer.data;
  const addresses: ReadonlyMap<string, { readonly stage: Stage; readonly resource: PlannedResource }> = new Map(
    plans.flatMap(({ stage, resources }) =>
      resources.map((resource) => [`${stage}.json ${terraformAddress(resource)}`, { stage, resource }] as const),
    ),
  );
  const all = [...results.passed_checks, ...results.failed_checks];
  const plannedCount = plans.reduce((sum, { resources }) => sum + resources.filter(isOfAws).length, 0);
  if (summary.resource_count !== plannedCount) {
    throw new Error(
      `Checkov read ${summary.resource_count} resources of ${plannedCount}, so its answer is worth nothing.`,
    );
  }
  const findings = results.failed_checks.map((check): Finding => {
    const planned = addresses.get(`${basename(check.file_path)} ${check.resource}`);
    if (planned === undefined) throw new Error(`Checkov speaks of ${check.resource}, which is not planned.`);
    const { stage, resource } = planned;
    return {
      judge: "checkov",
      id: check.check_id,
      stage,
      subject: shortName(stage, resource.name),
      where: `${resource.type} ${resource.name}`,
      message: check.check_name,
    };
  });
  const types = new Set(all.map(({ resource }) => resource.split(".")[0]));
  return {
    title,
    judged: `${all.length} checks of ${types.size} resource types (Checkov ${summary.checkov_version})`,
    judges: ["checkov"],
    findings,
  };
}

/** A resource's name without its stage, so that one explanation serves both: `access-logs`. */
export function shortName(stage: Stage, name: string): string {
  return name.replace(`${stageName(stage)}-`, "");
}
