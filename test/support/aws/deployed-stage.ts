import { parseStageAddresses, type StageAddresses } from "../../../infra/stack-outputs.ts";
import { accountTemplate, type OwnAccount } from "./account-template.ts";
import { stageProgram } from "./stage-program.ts";

/** A staging that was deployed for the first time, with an image for both colours, and where everything of it is. */
export interface DeployedStage extends OwnAccount {
  readonly addresses: StageAddresses;
}

const planned = async () => (await stageProgram("staging").deploy({})).plan;
const deployed = accountTemplate(async (account) => account.deploy(await planned()));

/** The real program's plan, deployed to a moto of its own. */
export async function deployStage(): Promise<DeployedStage> {
  const { moto, account } = await deployed();
  const { outputs } = await planned();
  return { moto, account, addresses: parseStageAddresses("staging", { ...account.translate(outputs) }) };
}
