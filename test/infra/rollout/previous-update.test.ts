import { describe, expect, it } from "vitest";
import { readPreviousUpdate } from "../../../infra/rollout/previous-update.ts";
import { recordPlan } from "../../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../../rehearsal/plan/world-after.ts";
import { recordAt } from "../../support/rollout.ts";

/** What an update reads that comes after one with these outputs. */
async function read(stackOutputs: Readonly<Record<string, unknown>>) {
  const { outputs } = await recordPlan({
    project: "celebrant-portal",
    stack: "production",
    calls: { stackOutputs },
    program: async () => ({ seen: JSON.stringify(await readPreviousUpdate()) }),
  });
  return JSON.parse(String(outputs["seen"]));
}

const { stackOutputs = {} } = worldAfter(recordAt(25));

describe("readPreviousUpdate", () => {
  it("reads record and rule through a reference to the stack itself", async () => {
    expect(await read(stackOutputs)).toEqual({
      record: recordAt(25),
      rule: {
        publicRuleArn: stackOutputs["publicRuleArn"],
        targetGroupArns: stackOutputs["targetGroupArns"],
      },
    });
  });

  it("finds nothing on a first deployment", async () => {
    expect(await read({})).toEqual({ record: null });
  });

  it.each(["publicRuleArn", "targetGroupArns"])("has no rule where %s was not written", async (output) => {
    const { [output]: _, ...others } = stackOutputs;
    expect(await read(others)).toEqual({ record: recordAt(25) });
  });

  it("refuses outputs that it cannot read", async () => {
    await expect(read({ ...stackOutputs, targetGroupArns: { blue: "one" } })).rejects.toThrow(
      /^The stack outputs "publicRuleArn" and "targetGroupArns" cannot be read: .*green.*repair the outputs with pulumi state edit\.$/,
    );
  });
});
