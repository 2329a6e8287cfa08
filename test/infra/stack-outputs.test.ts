import { beforeAll, describe, expect, it } from "vitest";
import { loadBalancerDimension } from "../../infra/aws/stage-aws.ts";
import { parseStageAddresses } from "../../infra/stack-outputs.ts";
import { sampleImageDigest } from "../../rehearsal/local/sample-api/sample-api.ts";
import { planFixture } from "../support/plan-fixture.ts";

/** The outputs of the real program, as Pulumi prints them: as JSON, and without what is null. */
async function plannedOutputs(set: Record<string, string>): Promise<Record<string, unknown>> {
  const { outputs } = await planFixture({
    stage: "staging",
    now: new Date("2026-11-23T00:00:00.000Z"),
    previousRecord: null,
    set,
  });
  return JSON.parse(JSON.stringify(outputs, (_key, value) => value ?? undefined));
}

let both: Record<string, unknown>;
beforeAll(async () => {
  both = await plannedOutputs({
    "images.blue": sampleImageDigest("1.0.0"),
    "images.green": sampleImageDigest("1.1.0"),
  });
});

describe("parseStageAddresses", () => {
  it("reads what the program writes, and no more than it needs", () => {
    const addresses = parseStageAddresses("staging", both);
    expect(addresses.region).toBe("ap-southeast-2");
    expect(addresses.latchParameterName).toBe("/celebrant-portal/staging/rollout/latch");
    expect(addresses).not.toHaveProperty("rollout");
    expect(addresses.serviceNames.green).toEqual(expect.any(String));
    expect(both).toMatchObject(addresses);
  });

  it("reads a colour without an image, whose service the engine leaves out", async () => {
    const one = await plannedOutputs({ "images.blue": sampleImageDigest("1.0.0") });
    expect(one["serviceNames"]).not.toHaveProperty("green");
    const { serviceNames, taskDefinitionArns, oneOffTaskDefinitionArns } = parseStageAddresses("staging", one);
    expect(serviceNames).toEqual({ blue: expect.any(String), green: null });
    expect(taskDefinitionArns).toEqual({ blue: expect.any(String), green: null });
    const tasks = { migrate: expect.any(String), integrity: expect.any(String), seed: expect.any(String) };
    expect(oneOffTaskDefinitionArns).toEqual({ blue: tasks, green: null });
    const { serviceNames: _, taskDefinitionArns: __, oneOffTaskDefinitionArns: ___, ...none } = one;
    const addresses = parseStageAddresses("staging", none);
    expect(addresses.serviceNames).toEqual({ blue: null, green: null });
    expect(addresses.oneOffTaskDefinitionArns).toEqual({ blue: null, green: null });
  });

  it("says that no update has finished where there are no outputs", () => {
    expect(() => parseStageAddresses("staging", {})).toThrow(
      "The stack staging has no outputs: no update of it has finished yet. Run npx pulumi up --stack staging;",
    );
  });

  it("names everything that an older program did not write, at once", () => {
    const { region: _, publicRuleArn: __, ...rest } = both;
    const targetGroupArns = { blue: "arn:blue" };
    expect(() => parseStageAddresses("staging", { ...rest, targetGroupArns })).toThrow(
      "The outputs of the stack staging lack region, publicRuleArn, targetGroupArns.green: it was last updated by another version of this program.",
    );
  });

  it("takes a secret for no list of services", () => {
    expect(() => parseStageAddresses("staging", { ...both, serviceNames: "[secret]" })).toThrow("lack serviceNames:");
  });
});

describe("loadBalancerDimension", () => {
  it("is what CloudWatch knows a load balancer by", () => {
    const arn =
      "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:loadbalancer/app/portal-staging/50dc6c495c0c9188";
    expect(loadBalancerDimension(arn)).toBe("app/portal-staging/50dc6c495c0c9188");
    expect(loadBalancerDimension("app/portal-staging/50dc6c495c0c9188")).toBe("app/portal-staging/50dc6c495c0c9188");
  });
});
