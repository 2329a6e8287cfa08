import * as pulumi from "@pulumi/pulumi";
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
    program: async () => ({ seen: JSON.stringify(await readPreviousUpdate("production")) }),
  });
  return JSON.parse(String(outputs["seen"]));
}

const { stackOutputs = {} } = worldAfter(recordAt(25));

describe("readPreviousUpdate", () => {
  it("reads record and rule through a reference to the stack itself", async () => {
    expect(await read(stackOutputs)).toEqual({
      outputs: expect.objectContaining({ clusterArn: stackOutputs["clusterArn"] }),
      record: recordAt(25),
      rule: {
        publicRuleArn: stackOutputs["publicRuleArn"],
        targetGroupArns: stackOutputs["targetGroupArns"],
        candidateRuleArn: stackOutputs["candidateRuleArn"],
        ownHostTargetGroupArns: stackOutputs["ownHostTargetGroupArns"],
      },
      places: { accountId: stackOutputs["accountId"], zone: stackOutputs["dnsZone"] },
    });
  });

  it("finds nothing on a first deployment", async () => {
    expect(await read({})).toEqual({ record: null, places: {}, outputs: {} });
  });

  it.each(["publicRuleArn", "targetGroupArns"])("has no rule where %s was not written", async (output) => {
    const { [output]: _, ...others } = stackOutputs;
    expect(await read(others)).not.toHaveProperty("rule");
    expect(await read(others)).toMatchObject({ record: recordAt(25) });
  });

  it("does without what an older version did not write, and without places that it cannot read", async () => {
    const { accountId: _, dnsZone: __, candidateRuleArn: ___, ownHostTargetGroupArns: ____, ...older } = stackOutputs;
    expect(await read(older)).toEqual({
      outputs: older,
      record: recordAt(25),
      rule: { publicRuleArn: older["publicRuleArn"], targetGroupArns: older["targetGroupArns"] },
      places: {},
    });
    expect((await read({ ...stackOutputs, accountId: 12, dnsZone: "abc" })).places).toEqual({});
  });

  it("takes no stage for a new one that has been deployed, and whose record is missing", async () => {
    const { rollout: _, ...others } = stackOutputs;
    await expect(read(others)).rejects.toThrow(
      'The stack has outputs of an earlier update, such as publicRuleArn, but its output "rollout" is missing. Without it nobody can tell which colour is live, and all traffic could go to the other one. Nothing was changed. Repair the output with npx pulumi state edit --stack production, as an earlier version of the state has it. To return all traffic to the live colour now, without this update, run npm run rollout -- rollback --stage production.',
    );
  });

  it.each<[string, Record<string, unknown>, RegExp]>([
    [
      "targetGroupArns",
      { targetGroupArns: { blue: "one" } },
      /^The stack outputs "publicRuleArn", "targetGroupArns", "candidateRuleArn" and "ownHostTargetGroupArns" cannot be read: .*green.*repair the outputs with npx pulumi state edit --stack production\. /,
    ],
    [
      "rollout",
      { rollout: { version: 2, liveColour: "blue" } },
      /^The stack output "rollout" cannot be read: .*version/,
    ],
  ])("refuses %s that it cannot read, without a stack trace and with the way back", async (_, output, message) => {
    const reading = read({ ...stackOutputs, ...output });
    await expect(reading).rejects.toThrow(message);
    await expect(reading).rejects.toThrow(/run npm run rollout -- rollback --stage production\.$/);
    await expect(reading).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
  });
});
