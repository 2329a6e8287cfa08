/** What the tests of `npm run validate` share: the judges that others wrote, and the plans that are judged. */
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { planWeights, type WeightPlan } from "../../../rehearsal/validate/plan-weights.ts";
import { openServiceModels, type ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { prepareCfnLint } from "../../../rehearsal/validate/template/lint-template.ts";
import { type Stage, stages } from "../../../rollout/names.ts";
import { bothChats } from "../../support/chats.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

const now = new Date("2026-11-23T00:00:00Z");

/** AWS's service models, as botocore carries them. Fails where they cannot be installed. */
export async function openModels(): Promise<ServiceModels> {
  const moto = await prepareMotoEnvironment();
  if ("missing" in moto) throw new Error(moto.missing);
  return openServiceModels(moto.python);
}

/** The Python that has cfn-lint. Fails where it cannot be installed. */
export async function cfnLintPython(): Promise<string> {
  const cfnLint = await prepareCfnLint();
  if ("missing" in cfnLint) throw new Error(cfnLint.missing);
  return cfnLint.python;
}

/** The plans of both stages of the tests' stack files, one for each weight. Production has a token for Vercel, and both kinds of chat. */
export async function planBothStages(): Promise<Record<Stage, readonly WeightPlan[]>> {
  const planned: Partial<Record<Stage, readonly WeightPlan[]>> = {};
  for (const stage of stages) {
    const settings = stage === "production" ? { frontendToken: { secure: "v1:token" }, "alerts.chat": bothChats } : {};
    planned[stage] = await planWeights(stage, fixtureFolder, now, settings);
  }
  return planned as Record<Stage, readonly WeightPlan[]>;
}
