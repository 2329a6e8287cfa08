import * as pulumi from "@pulumi/pulumi";
import { parseRecord } from "../../rollout/core/parse-record.ts";
import type { RolloutRecord } from "../../rollout/core/record.ts";

/** Name of the stack output that holds the rollout's record. */
export const recordOutput = "rollout";

/**
 * Reads what the last finished update of this very stack left behind.
 *
 * It is read through a `StackReference` to the stack itself, which gives the outputs as they were before this update
 * began. A new stack has none.
 */
export async function readPreviousRecord(): Promise<RolloutRecord | null> {
  const stack = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const details = await new pulumi.StackReference(stack).getOutputDetails(recordOutput);
  return parseRecord(details.value);
}
