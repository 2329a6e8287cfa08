import * as pulumi from "@pulumi/pulumi";
import { program } from "./program.ts";
import type { WrittenOutputs } from "./stack-outputs.ts";

/** What Pulumi runs: the program, with its warnings in the engine's log and the SDK for AWS, loaded when it is needed. */
export default async function runProgram(): Promise<WrittenOutputs> {
  return await program({
    warn: (message) => pulumi.log.warn(message),
    openPublicRule: async (region) => (await import("./aws/public-rule.ts")).openPublicRule(region),
  });
}
