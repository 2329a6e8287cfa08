import { afterAll, beforeAll } from "vitest";
import { type DeployedStage, deployStage } from "./deployed-stage.ts";

/** A deployed stage in a moto of its own for the tests of one suite; read within tests and hooks only. */
export function startDeployedStage(): DeployedStage {
  let stage: DeployedStage | undefined;
  beforeAll(async () => {
    stage = await deployStage();
  });
  afterAll(() => stage?.moto.stop());
  const ready = () => {
    if (stage === undefined) throw new Error("The stage is deployed by a hook, which has not run.");
    return stage;
  };
  return {
    get moto() {
      return ready().moto;
    },
    get account() {
      return ready().account;
    },
    get addresses() {
      return ready().addresses;
    },
  };
}
