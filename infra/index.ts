import { enableCompileCache } from "node:module";
import { join } from "node:path";
import type { WrittenOutputs } from "./stack-outputs.ts";

// Before anything of the program is loaded. Where the folder cannot be written, nothing is kept and nothing fails.
enableCompileCache(join(import.meta.dirname, "..", ".cache", "compile"));

/** What Pulumi runs: the program, with its warnings in the engine's log. AWS's SDK loads when it is first needed. */
export default async function runProgram(): Promise<WrittenOutputs> {
  const [pulumi, { program }] = await Promise.all([import("@pulumi/pulumi"), import("./program.ts")]);
  return await program({
    warn: (message) => pulumi.log.warn(message),
    openPublicRule: async (region) => (await import("./aws/public-rule.ts")).openPublicRule(region),
  });
}
