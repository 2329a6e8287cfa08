import * as pulumi from "@pulumi/pulumi";
import { program } from "./program.ts";

/** What Pulumi runs: the program, with its warnings in the engine's log and the SDK for AWS, loaded when it is needed. */
export default async function runProgram(): Promise<Record<string, unknown>> {
  return await program({
    warn: (message) => pulumi.log.warn(message),
    openPublicRule: async (region) => (await import("./aws/open-public-rule.ts")).openPublicRule(region),
  });
}
