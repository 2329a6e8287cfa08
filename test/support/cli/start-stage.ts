import { afterAll, beforeAll, vi } from "vitest";
import type { Stage } from "../../../infra/config/schema/stage-config.ts";
import type { MotoServer } from "../../../rehearsal/moto/moto.ts";
import { TestStage } from "./test-stage.ts";

/**
 * A stage for the tests of one suite, in a moto of its own; read within tests and hooks only.
 *
 * @param startsAt when it was deployed, by its own clock
 */
export function startStage(
  name: Stage,
  startsAt?: Date,
): { readonly current: TestStage; readonly moto: Pick<MotoServer, "endpoint" | "environment"> } {
  let stage: TestStage | undefined;
  // A stage names its moto in the environment by itself, each time that it returns to how it stood.
  const endpoint = process.env["AWS_ENDPOINT_URL"];
  beforeAll(async () => {
    stage = await TestStage.deploy(name, startsAt);
    for (const [key, value] of Object.entries(stage.moto.environment)) vi.stubEnv(key, value);
    // Where runs that are killed leave their plans.
    vi.stubEnv("TMPDIR", stage.folder);
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    if (endpoint === undefined) delete process.env["AWS_ENDPOINT_URL"];
    else process.env["AWS_ENDPOINT_URL"] = endpoint;
    await stage?.remove();
  });
  const current = () => {
    if (stage === undefined) throw new Error("The stage is deployed by a hook, which has not run.");
    return stage;
  };
  return {
    get current() {
      return current();
    },
    /** The stage's moto of now. */
    moto: {
      get endpoint() {
        return current().moto.endpoint;
      },
      get environment() {
        return current().moto.environment;
      },
    },
  };
}
