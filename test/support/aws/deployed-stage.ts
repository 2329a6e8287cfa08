import { parseStageAddresses, type StageAddresses } from "../../../infra/stack-outputs.ts";
import type { MotoServer } from "./moto.ts";
import { createPlannedAccount, type PlannedAccount } from "./planned-account.ts";
import { stageProgram } from "./stage-program.ts";

/** A staging that was deployed for the first time, with an image for both colours, and where everything of it is. */
export interface DeployedStage {
  readonly account: PlannedAccount;
  readonly addresses: StageAddresses;
}

/** Deploys the real program's plan to a moto. */
export async function deployStage(moto: Pick<MotoServer, "endpoint">): Promise<DeployedStage> {
  const account = createPlannedAccount(moto);
  const { plan } = await stageProgram("staging").deploy({});
  await account.deploy(plan);
  return { account, addresses: parseStageAddresses("staging", { ...account.translate(plan.outputs) }) };
}
