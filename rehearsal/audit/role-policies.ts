import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { z } from "zod";
import { runProcess } from "../../cli/process.ts";
import { preparePythonEnvironment } from "../python/python-environment.ts";
import { type AuditedPlan, shortName } from "./checkov.ts";
import type { Finding, StepReport } from "./finding.ts";

const title = "Policies of roles, by cloudsplaining";
const script = fileURLToPath(new URL("./judge-policies.py", import.meta.url));

const answerSchema = z.object({
  version: z.string(),
  risks: z.array(z.object({ policy: z.int(), id: z.string(), actions: z.array(z.string()).min(1) })),
});

/** What cloudsplaining's risks mean, in the words of its documentation. */
const meanings: Readonly<Record<string, string>> = {
  "credentials-exposure": "actions that give out credentials, on every resource",
  "data-exfiltration": "actions that read data, on every resource",
  "infrastructure-modification": "actions that change something, on every resource",
  "not-action": "everything but what NotAction names",
  "privilege-escalation": "actions by which the role can give itself more permissions",
  "resource-exposure": "actions that change permissions, on every resource",
  "service-wildcard": "every action of a service",
};

/** The environment of the Python tools other than Checkov. */
export function prepareAuditTools() {
  return preparePythonEnvironment({
    name: "audit-tools",
    requirements: new URL("../python/audit-tools.txt", import.meta.url),
  });
}

/** A path of a program that came with a Python package. */
export function programBeside(python: string, program: string): string {
  return join(dirname(python), program);
}

/**
 * Judges every policy of a role by cloudsplaining. Policies that AWS manages are not in the plan.
 *
 * @param folder a folder for a file with the policies
 */
export async function judgeRolePolicies(plans: readonly AuditedPlan[], folder: string): Promise<StepReport> {
  const environment = await prepareAuditTools();
  if ("missing" in environment) return { title, missing: environment.missing };
  const policies = plans.flatMap(({ stage, resources }) =>
    resources.flatMap((resource) =>
      policiesOf(resource.inputs, resource.type).map((policy) => ({ stage, resource, policy })),
    ),
  );
  if (policies.length === 0) throw new Error("No policy of a role is planned, so there was nothing to judge.");
  const file = join(folder, "policies.json");
  writeFileSync(file, JSON.stringify(policies.map(({ policy }) => policy)));
  const { exitCode, stdout, stderr } = await runProcess({
    command: environment.python,
    words: ["-B", script, file],
    cwd: folder,
  });
  if (exitCode !== 0) {
    throw new Error(`cloudsplaining could not judge the policies. It says: ${stderr.trim().split("\n").at(-1) ?? ""}`);
  }
  const { version, risks } = answerSchema.parse(JSON.parse(stdout));
  const findings = risks.map(({ policy: index, id, actions }): Finding => {
    const judged = policies[index];
    if (judged === undefined) throw new Error("cloudsplaining speaks of a policy that it was not given.");
    const { stage, resource } = judged;
    return {
      judge: "cloudsplaining",
      id,
      stage,
      subject: shortName(stage, resource.name),
      where: `${resource.type} ${resource.name}`,
      message: `The policy allows ${meanings[id] ?? id}: ${actions.join(", ")}`,
      page: "https://cloudsplaining.readthedocs.io/en/latest/",
    };
  });
  return {
    title,
    judged: `${policies.length} policies (cloudsplaining ${version})`,
    judges: ["cloudsplaining"],
    findings,
  };
}

/** The policy documents in a resource's inputs that say what a role may do. */
function policiesOf(inputs: Readonly<Record<string, unknown>>, type: string): unknown[] {
  if (type === "aws:iam/rolePolicy:RolePolicy" || type === "aws:iam/policy:Policy") return [document(inputs["policy"])];
  if (type !== "aws:iam/role:Role") return [];
  const inline = (inputs["inlinePolicies"] ?? []) as readonly { readonly policy?: unknown }[];
  return inline.flatMap(({ policy }) => (policy === undefined ? [] : [document(policy)]));
}

function document(policy: unknown): unknown {
  return typeof policy === "string" ? JSON.parse(policy) : policy;
}
