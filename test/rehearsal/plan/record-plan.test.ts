import { Vpc } from "@pulumi/aws/ec2/vpc.js";
import { getCallerIdentity } from "@pulumi/aws/getCallerIdentity.js";
import { getRegion } from "@pulumi/aws/getRegion.js";
import { TargetGroup } from "@pulumi/aws/lb/targetGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { describe, expect, it } from "vitest";
import { withoutSecrets } from "../../../rehearsal/plan/hide-secrets.ts";
import { recordPlan } from "../../../rehearsal/plan/record-plan.ts";
import { WorkspacesThing } from "./fixtures/unmodelled-resource.ts";

const stack = { project: "celebrant-portal", stack: "production" };

class Group extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  constructor(name: string) {
    super("celebrant:test:Group", name);
    const vpc = new Vpc(
      `${name}-vpc`,
      { cidrBlock: "10.0.0.0/16" },
      { parent: this, protect: true, ignoreChanges: ["tags"] },
    );
    const group = new TargetGroup(`${name}-blue`, { port: 80, protocol: "HTTP", vpcId: vpc.id }, { parent: this });
    this.arn = group.arn;
    this.registerOutputs({ arn: this.arn });
  }
}

describe("recording a plan", () => {
  it("keeps type, name, parent, resolved inputs, options and the provider's answers", async () => {
    const plan = await recordPlan({ ...stack, program: () => ({ arn: new Group("portal-production").arn }) });
    const [root, group, vpc, target] = plan.resources;
    expect(plan.resources.map((resource) => resource.type)).toEqual([
      "pulumi:pulumi:Stack",
      "celebrant:test:Group",
      "aws:ec2/vpc:Vpc",
      "aws:lb/targetGroup:TargetGroup",
    ]);
    expect(group?.parentUrn).toBe(root?.urn);
    expect(target?.parentUrn).toBe(group?.urn);
    expect(vpc).toMatchObject({ protect: true, ignoreChanges: ["tags"], custom: true });
    expect(target?.inputs).toMatchObject({ port: 80, vpcId: vpc?.id });
    expect(plan.outputs).toEqual({ arn: target?.outputs["arn"] });
    expect(plan.outputs["arn"]).toMatch(
      /^arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:targetgroup\/portal-production-blue-/,
    );
  });

  it("tells where secrets are: in inputs, in what a provider generates, and in the stack's outputs", async () => {
    const program = () => {
      const login = { user: "portal", password: pulumi.secret("hunter2") };
      const tags = pulumi.secret({ Name: "hunter2" });
      const { result } = new RandomPassword("generated", { length: 8, keepers: { one: login.password } });
      new Vpc("tagged", { cidrBlock: "10.0.0.0/16", tags });
      return { login: [login], open: "x", result };
    };
    const recorded = await recordPlan({ ...stack, program });
    const [, password, vpc] = recorded.resources;
    expect(password?.secretPaths).toEqual([["keepers"], ["bcryptHash"], ["result"]]);
    expect(vpc?.secretPaths).toEqual([["tags"]]);
    expect(vpc?.inputs["tags"]).toEqual({ Name: "hunter2" });
    expect(recorded.secretOutputs).toEqual([["login", 0, "password"]]);
    expect(recorded.outputs).toMatchObject({ login: [{ user: "portal", password: "hunter2" }] });

    const printed = JSON.stringify(withoutSecrets(recorded));
    expect(printed).not.toContain("hunter2");
    expect(JSON.parse(printed).resources[1].outputs.result).toBe("[secret]");
    expect(withoutSecrets(withoutSecrets(recorded))).toEqual(withoutSecrets(recorded));
  });

  it("answers the same from run to run, so that two plans can be compared", async () => {
    const program = () => ({ arn: new Group("portal-production").arn });
    expect(await recordPlan({ ...stack, program })).toEqual(await recordPlan({ ...stack, program }));
  });

  it("refuses a physical name that the service would refuse", async () => {
    const program = () => void new TargetGroup("portal-production-a-name-that-is-long", { port: 80 });
    await expect(recordPlan({ ...stack, program })).rejects.toThrow(/has 45 characters, 32 are allowed/);
  });

  it("refuses two resources or components of one type and name", async () => {
    const groups = () => void [new Group("portal-production"), new Group("portal-production")];
    await expect(recordPlan({ ...stack, program: groups })).rejects.toThrow(
      "Two resources of type celebrant:test:Group are named portal-production. Give each its own name.",
    );
  });

  it("names every resource type that it cannot answer", async () => {
    const program = () => void [new WorkspacesThing("one"), new WorkspacesThing("two")];
    await expect(recordPlan({ ...stack, program })).rejects.toThrow(
      /^The provider model does not know aws:workspaces\/thing:Thing\. Add how/,
    );
  });

  it("fails on a provider function that it cannot answer, and answers the ones it can", async () => {
    await expect(recordPlan({ ...stack, program: () => getRegion({}) })).rejects.toThrow(
      /does not know the function aws:index\/getRegion:getRegion/,
    );
    const plan = await recordPlan({ ...stack, program: async () => ({ id: (await getCallerIdentity({})).accountId }) });
    expect(plan.outputs).toEqual({ id: "123456789012" });
  });

  it("reads the stack's own outputs through a stack reference", async () => {
    const program = () => ({
      seen: new pulumi.StackReference("organization/celebrant-portal/production").getOutput("rollout"),
    });
    const calls = { stackOutputs: { rollout: { weightPercent: 25 } } };
    expect((await recordPlan({ ...stack, calls, program })).outputs).toEqual({ seen: { weightPercent: 25 } });
    expect((await recordPlan({ ...stack, program })).outputs).toEqual({});
  });

  it("passes a program's own error on, and can run the next program after it", async () => {
    const refuse = () => {
      throw new Error("candidateWeight is 25");
    };
    await expect(recordPlan({ ...stack, program: refuse })).rejects.toThrow("candidateWeight is 25");
    expect((await recordPlan({ ...stack, program: () => ({ ok: 1 }) })).outputs).toEqual({ ok: 1 });
  });
});
