import * as pulumi from "@pulumi/pulumi";
import { parseRecord, type RolloutRecord } from "../../rollout/record.ts";

/** The function of the engine that gives a stack's outputs, and what it gives. */
const readOutputsToken = "pulumi:pulumi:readStackOutputs";

/**
 * Reads staging's record, as the last finished update of staging left it, by the function of the engine that a `StackReference` is made
 * of. A reference would stay in production's state until the next update takes it out again, and ends the program where
 * there is no such stack.
 *
 * @returns null where staging's outputs hold no record
 * @throws {Error} where the engine cannot read them, and for a record that this version cannot read
 */
export async function readStagingRecord(): Promise<RolloutRecord | null> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/staging`;
  const { outputs }: { outputs: { readonly rollout?: unknown } } = await pulumi.runtime.invoke(readOutputsToken, {
    name,
  });
  return parseRecord(outputs.rollout);
}
