import { type MotoServer, motoRegion } from "../../../rehearsal/moto/moto.ts";

/** What every AWS SDK client of a test is constructed with, so that it talks to moto alone. */
export function clientSettings({ endpoint }: Pick<MotoServer, "endpoint">) {
  return {
    endpoint,
    region: motoRegion,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    // A refusal is what a test wants to see at once.
    maxAttempts: 1,
  };
}
