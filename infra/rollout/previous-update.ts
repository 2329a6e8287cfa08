import * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import { parseRecord } from "../../rollout/parse-record.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { publicRuleOutput, recordOutput, targetGroupsOutput } from "./output-names.ts";

/** The rule that carries the weights, and whose target group is whose. */
export interface DeployedRule {
  readonly publicRuleArn: string;
  readonly targetGroupArns: Readonly<Record<"blue" | "green", string>>;
}

/** What the last finished update of a stack left behind. */
export interface PreviousUpdate {
  /** Null on a stack's first deployment. */
  readonly record: RolloutRecord | null;
  /** Absent on a stack's first deployment, and after an update by a version that wrote no such outputs. */
  readonly rule?: DeployedRule;
}

/**
 * Reads what the last finished update of this very stack left behind.
 *
 * It is read through a `StackReference` to the stack itself, which gives the outputs as they were before this update
 * began. A new stack has none.
 *
 * @throws {TypeError} for outputs that this version cannot read
 */
export async function readPreviousUpdate(): Promise<PreviousUpdate> {
  const name = `${pulumi.getOrganization()}/${pulumi.getProject()}/${pulumi.getStack()}`;
  const stack = new pulumi.StackReference(name);
  const read = async (output: string): Promise<unknown> => (await stack.getOutputDetails(output)).value;
  const [record, publicRuleArn, targetGroupArns] = [
    parseRecord(await read(recordOutput)),
    await read(publicRuleOutput),
    await read(targetGroupsOutput),
  ];
  if (record === null || publicRuleArn === undefined || targetGroupArns === undefined) return { record };
  return { record, rule: parseRule({ publicRuleArn, targetGroupArns }) };
}

const ruleSchema = z.strictObject({
  publicRuleArn: z.string(),
  targetGroupArns: z.strictObject({ blue: z.string(), green: z.string() }),
});

function parseRule(outputs: Readonly<Record<string, unknown>>): DeployedRule {
  const parsed = ruleSchema.safeParse(outputs);
  if (parsed.success) return parsed.data;
  throw new TypeError(
    `The stack outputs "${publicRuleOutput}" and "${targetGroupsOutput}" cannot be read: ${z.prettifyError(parsed.error).replaceAll("\n", " ")}. They were written by another version of this program; run the update with that version, or repair the outputs with pulumi state edit.`,
  );
}
