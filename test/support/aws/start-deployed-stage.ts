import { afterAll, beforeAll } from "vitest";
import { type DeployedStage, deployStage } from "./deployed-stage.ts";
import { type MotoServer, startMoto } from "./moto.ts";

/** A deployed stage in a moto of its own for the tests of one suite; read within tests and hooks only. */
export function startDeployedStage(): DeployedStage & { readonly moto: MotoServer } {
  let moto: MotoServer | undefined;
  let stage: DeployedStage | undefined;
  beforeAll(async () => {
    moto = await startMoto();
    stage = await deployStage(moto);
  });
  afterAll(() => moto?.stop());
  const ready = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error("The stage is deployed by a hook, which has not run.");
    return value;
  };
  return {
    get moto() {
      return ready(moto);
    },
    get account() {
      return ready(stage).account;
    },
    get addresses() {
      return ready(stage).addresses;
    },
  };
}
