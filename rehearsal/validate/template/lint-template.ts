import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { runProcess } from "../../../cli/process.ts";
import { readJson } from "../../../rollout/json.ts";
import { motoRegion } from "../../moto/moto.ts";
import { withoutSecrets } from "../../plan/hide-secrets.ts";
import type { PlannedResource } from "../../plan/planned-resource.ts";
import { type PythonEnvironment, preparePythonEnvironment } from "../../python/python-environment.ts";
import type { ServiceModels } from "../service-model.ts";
import { openTypeSchemas } from "./cloudformation-schema.ts";
import { type ExplainedFinding, explainedFindings } from "./explained-findings.ts";
import { makeTemplate, type PlanTemplate } from "./make-template.ts";

/** What cfn-lint says of one stage's plan. */
export interface LintReport {
  /** Planned AWS resources that are in the template. */
  readonly judgedCount: number;
  /** Findings that nobody explained, explanations of nothing, and what has no place in the template: a line for each. */
  readonly problems: readonly string[];
  readonly explainedCount: number;
}

/** A longer finding is cut: it lists every value that would be right. */
const mostShown = 240;

/** The environment of cfn-lint, which is made once. */
export function prepareCfnLint(): Promise<PythonEnvironment> {
  return preparePythonEnvironment({
    name: "cfn-lint",
    requirements: new URL("../../python/cfn-lint.txt", import.meta.url),
  });
}

/** The parts of cfn-lint's JSON that are read. */
const findingsSchema = z.array(
  z.object({
    Rule: z.object({ Id: z.string() }),
    Message: z.string(),
    Location: z.object({ Path: z.array(z.union([z.string(), z.number()])).nullable() }),
  }),
);
type Finding = z.output<typeof findingsSchema>[number];

/**
 * Judges a plan by cfn-lint, as the template by which CloudFormation would create it. It knows what no service model has:
 * values that depend on each other, and what documents hold: policies, the state machine's definition.
 *
 * @param python path of cfn-lint's interpreter
 * @param explained findings that stay
 * @throws {Error} when cfn-lint gives no answer that can be read
 */
export async function lintPlan(
  stage: string,
  resources: readonly PlannedResource[],
  { python, models }: { readonly python: string; readonly models: ServiceModels },
  explained: readonly ExplainedFinding[] = explainedFindings,
): Promise<LintReport> {
  const shown = withoutSecrets({ resources, outputs: {} }).resources;
  const made = makeTemplate(shown, models, openTypeSchemas(python, motoRegion));
  const found = (await lint(python, made.template)).map((finding) => ({
    finding,
    resource: resourceOf(finding, made),
  }));
  const explains = (one: (typeof found)[number]) => (each: ExplainedFinding) =>
    each.id === one.finding.Rule.Id && each.type === one.resource?.type;
  const unexplained = found.filter((one) => !explained.some(explains(one)));
  const stale = explained.filter((each) => !found.some((one) => explains(one)(each)));
  return {
    judgedCount: [...made.madeOf.values()].flat().length,
    explainedCount: found.length - unexplained.length,
    problems: [
      ...unexplained.map(({ finding, resource }) => `${stage} ${render(finding, resource)}`),
      ...stale.map(
        ({ id, type }) =>
          `${stage} ${type}: cfn-lint finds no ${id} any more. Take it out of rehearsal/validate/template/explained-findings.ts.`,
      ),
      ...made.unknownTypes.map(
        (type) =>
          `${stage} ${type}: not judged by cfn-lint, because its type in CloudFormation is not known. Add it to rehearsal/validate/template/template-types.ts.`,
      ),
      ...made.missed.map(
        (parameter) =>
          `${stage} ${parameter}: not judged by cfn-lint, because its property in CloudFormation is not known. Name it in rehearsal/validate/template/template-types.ts.`,
      ),
    ],
  };
}

async function lint(python: string, template: PlanTemplate["template"]): Promise<readonly Finding[]> {
  const folder = mkdtempSync(join(tmpdir(), "cfn-lint-"));
  try {
    const file = join(folder, "plan.json");
    writeFileSync(file, JSON.stringify(template));
    // Its own script names the folder that it was installed in at first.
    const program = "import sys; from cfnlint.runner.cli import main; sys.exit(main())";
    const { stdout, stderr } = await runProcess({
      command: python,
      words: ["-c", program, "--format", "json", "--regions", motoRegion, "--", file],
      // No configuration file of the project or of the user's folder is meant for this.
      cwd: folder,
      environment: { HOME: folder },
    });
    const findings = findingsSchema.safeParse(readJson(stdout));
    if (findings.success) return findings.data;
    const said = stderr.trim().split("\n").at(-1) ?? "";
    throw new Error(`cfn-lint gave no answer that can be read (${z.prettifyError(findings.error)}). It says: ${said}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function resourceOf({ Location }: Finding, { madeOf }: PlanTemplate): PlannedResource | undefined {
  const [section, id] = Location.Path ?? [];
  return section === "Resources" ? madeOf.get(String(id))?.[0] : undefined;
}

function render({ Rule, Message, Location }: Finding, resource: PlannedResource | undefined): string {
  const subject = resource === undefined ? "the template" : `${resource.type} ${resource.name}`;
  const property = (Location.Path ?? []).slice(3).join(".");
  const said = Message.length > mostShown ? `${Message.slice(0, mostShown)}… (cut)` : Message;
  return `${subject}: ${property === "" ? "" : `${property}: `}${said} (cfn-lint ${Rule.Id}, in CloudFormation's words)`;
}
