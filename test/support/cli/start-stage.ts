import { afterAll, beforeAll, vi } from "vitest";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import { type MotoServer, startMoto } from "../aws/moto.ts";
import { TestStage } from "./test-stage.ts";

/** A stage for the tests of one suite, in a moto of its own; read `current` within tests and hooks only. */
export function startStage(
  name: Stage,
  startsAt = new Date("2026-11-23T00:00:00.000Z"),
): { readonly current: TestStage; readonly moto: MotoServer } {
  let moto: MotoServer | undefined;
  let stage: TestStage | undefined;
  beforeAll(async () => {
    moto = await startMoto();
    for (const [key, value] of Object.entries(moto.environment)) vi.stubEnv(key, value);
    stage = await TestStage.deploy(name, moto, startsAt);
    // Where runs that are killed leave their plans.
    vi.stubEnv("TMPDIR", stage.folder);
  });
  afterAll(async () => {
    stage?.remove();
    vi.unstubAllEnvs();
    await moto?.stop();
  });
  return {
    get current() {
      if (stage === undefined) throw new Error("The stage is deployed by a hook, which has not run.");
      return stage;
    },
    get moto() {
      if (moto === undefined) throw new Error("moto is started by a hook, which has not run.");
      return moto;
    },
  };
}
