import { startMoto } from "../moto/moto.ts";
import type { PlannedResource } from "../plan/planned-resource.ts";
import { openMotoAccount, refusalText } from "./moto-account.ts";
import type { WeightPlan } from "./plan-weights.ts";
import { hideSecrets } from "./render-validation.ts";
import type { ServiceModels } from "./service-model.ts";

const noChats = "moto has nothing of the service for chats.";

/** Calls that moto cannot answer, with the reason. AWS's models judge them all the same. */
export const notInMoto: Readonly<Record<string, string>> = {
  "backup CreateBackupSelection": "moto has vaults and plans, and no selections.",
  "backup CreateRestoreTestingPlan": "moto has no restore testing.",
  "backup CreateRestoreTestingSelection": "moto has no restore testing.",
  "chatbot CreateMicrosoftTeamsChannelConfiguration": noChats,
  "chatbot CreateSlackChannelConfiguration": noChats,
  "elbv2 CreateTrustStore": "moto has no trust stores.",
  "sesv2 CreateConfigurationSetEventDestination": "moto has configuration sets without destinations.",
  "sesv2 PutEmailIdentityFeedbackAttributes": "moto has identities without attributes.",
  "sesv2 PutEmailIdentityMailFromAttributes": "moto has identities without attributes.",
};

/** What became of the calls that one stage's plans were made of. */
export interface Trial {
  readonly callCount: number;
  readonly acceptedCount: number;
  /** Of what moto lacks, what was asked of it, as `service Operation`. */
  readonly missing: readonly string[];
  /** What moto refuses and is not known to lack, and what it is known to lack and accepts: a line for each. */
  readonly problems: readonly string[];
}

/**
 * Makes the calls of a stage's plans in an empty account of moto, one weight after the other, with the ids that moto
 * answers in the place of the planned ones. It finds what no model of one call can: an order or a reference that does
 * not work.
 *
 * @param gaps what moto lacks, as `service Operation`
 */
export async function tryCalls(
  stage: string,
  plans: readonly WeightPlan[],
  models: ServiceModels,
  gaps: Readonly<Record<string, string>> = notInMoto,
): Promise<Trial> {
  const moto = await startMoto();
  const accepted: string[] = [];
  const refused = new Set<string>();
  const problems: string[] = [];
  let callCount = 0;
  const account = openMotoAccount({
    moto,
    models,
    hears({ call, resource }, said) {
      const name = `${call.service} ${call.operation}`;
      callCount += 1;
      if ("answer" in said) {
        accepted.push(name);
      } else if (gaps[name] === undefined) {
        const subject = `${stage} ${resource.type} ${resource.name}`;
        problems.push(
          `${subject}: ${hideSecrets(refusalText(call, said.refusal), resource)} (by moto, in AWS's place)`,
        );
      } else {
        refused.add(name);
      }
      return true;
    },
  });
  try {
    const resources = new Map<string, PlannedResource>();
    for (const plan of plans) {
      for (const resource of plan.resources) resources.set(resource.urn, resource);
      await account.deploy({ resources: [...resources.values()] });
    }
  } finally {
    await moto.stop();
  }
  const stale = Object.keys(gaps).filter((name) => accepted.includes(name));
  return {
    callCount,
    acceptedCount: accepted.length,
    missing: [...refused],
    problems: [
      ...problems,
      ...stale.map((name) => `${stage} ${name}: moto answers it. Take it out of notInMoto in rehearsal/validate.`),
    ],
  };
}
