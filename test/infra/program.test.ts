import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { stages } from "../../infra/config/schema/stage-config.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import { latchParameter, rollbackAddressParameter } from "../../infra/naming.ts";
import { program } from "../../infra/program.ts";
import { assumedImages } from "../../rehearsal/plan/assumed-images.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import type { CallAnswers } from "../../rehearsal/plan/provider-model/answer-call.ts";
import type { ResourceAnswer, ResourceQuestion } from "../../rehearsal/plan/provider-model/model.ts";
import { serviceModel } from "../../rehearsal/plan/provider-model/service.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import { type Colour, colours } from "../../rollout/colour.ts";
import { parseLatch } from "../../rollout/latch.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import { parseRollbackAddress } from "../../rollout/rollback-address.ts";
import { weightsByColour } from "../../rollout/split.ts";
import { ssmValueProblems } from "../support/aws/ssm-value.ts";
import { planFixture } from "../support/plan-fixture.ts";
import { recordAt, verifyingOutputs } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const images = { blue: assumedImages.blue, green: assumedImages.green };
const settings = { "images.blue": images.blue, "images.green": images.green };
const now = new Date("2026-11-23T12:40:00Z");

/** Runs the program as far as it goes and tells what it had registered when it ended. */
async function registeredUntil(set: Record<string, unknown>, calls: CallAnswers) {
  const config = applySettings(readStackFile(fixtureFolder, "production").values, set);
  const seen: { types: string[]; warnings: string[]; error?: unknown } = { types: [], warnings: [] };
  const { resources } = await recordPlan({
    project: "celebrant-portal",
    stack: "production",
    config,
    calls,
    program: () =>
      program({ now, warn: async (text) => void seen.warnings.push(text), tell: async () => {} }).catch(
        (error: unknown) => {
          seen.error = error;
          return {};
        },
      ),
  });
  return { ...seen, types: resources.map(({ type }) => type) };
}

/** An update by a provider that leaves one of the two rules as it was and answers as if nothing had failed. */
function stuckUpdate(previous: RolloutRecord, set: Record<string, unknown>, stuck: "public" | "candidate") {
  const ruleType = "aws:lb/listenerRule:ListenerRule";
  const before = weightsByColour(previous.liveColour, previous.weightPercent);
  return recordPlan({
    project: "celebrant-portal",
    stack: "production",
    config: applySettings(readStackFile(fixtureFolder, "production").values, { ...settings, ...set }),
    calls: worldAfter(previous, undefined, verifyingOutputs),
    models: {
      [ruleType]: (question) => {
        const answer = answered(ruleType, question);
        if (!question.name.endsWith(`-${stuck}`)) return answer;
        const [action] = question.inputs["actions"] as { forward: { targetGroups: { arn: string }[] } }[];
        const weights = stuck === "public" ? before : weightsByColour(previous.liveColour, 100);
        const targetGroups = colours.map((colour, place) => {
          return { arn: action?.forward.targetGroups[place]?.arn, weight: weights[colour] };
        });
        return { ...answer, state: { ...answer.state, actions: [{ type: "forward", forward: { targetGroups } }] } };
      },
    },
    program: () => program({ now, warn: async () => {}, tell: async () => {} }),
  });
}

function answered(type: string, question: ResourceQuestion): ResourceAnswer {
  const answer = serviceModel[type]?.(question);
  if (answer === undefined) throw new Error(`No model of ${type}.`);
  return answer;
}

function latchValue(resources: readonly PlannedResource[]): string {
  const { name } = latchParameter("celebrant-portal", "production");
  return String(resources.find(({ inputs }) => inputs["name"] === name)?.inputs["value"]);
}

describe("the program", () => {
  it("registers nothing when the config is wrong", async () => {
    const { types, error } = await registeredUntil({ candidateWeight: 7, "api.debug": true }, {});
    expect(types).toEqual(["pulumi:pulumi:Stack"]);
    expect(String(error)).toContain("2 problems");
  });

  it("registers nothing but its provider when the rules refuse the number", async () => {
    const rollout = recordAt(5, { since: "2026-11-23T12:00:00.000Z", images });
    const { types, error } = await registeredUntil(
      { ...settings, candidateWeight: 25 },
      worldAfter(rollout, undefined, verifyingOutputs),
    );
    expect(types.filter((type) => type !== "pulumi:pulumi:StackReference")).toEqual([
      "pulumi:pulumi:Stack",
      "pulumi:providers:aws",
    ]);
    expect(String(error)).toBe(
      "Error: Rollout refused. You asked for 25 %. The 5 % step began 40 min ago and bakes for 2h (rollout.steps[0].bake). Wait until 2026-11-24 01:00 (Melbourne), 2026-11-23 14:00 UTC, or set rolloutOverride to a reason. You can lower the weight at any time.",
    );
  });

  it("refuses to decide on a record that it cannot read", async () => {
    const { error } = await registeredUntil(settings, {
      stackOutputs: { rollout: { version: 2, liveColour: "blue" } },
    });
    expect(String(error)).toMatch(/^Error: The stack output "rollout" cannot be read: .*version/);
  });

  it("reads the latch from AWS on every plan and accepts nothing but weight 0 while it is set", async () => {
    const previousRecord = recordAt(25, { images });
    const latch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "portal-production-green-unfit" } as const;
    const request = { stage: "production", previousRecord, latch, now } as const;
    await expect(planFixture({ ...request, set: { ...settings, candidateWeight: 25 } })).rejects.toThrow(
      "You asked for 25 %. The rollback latch was set at 23:30 (Melbourne), 12:30 UTC (portal-production-green-unfit)",
    );
    const lowered = await planFixture({ ...request, set: { ...settings, candidateWeight: 0 } });
    expect(lowered.record).toMatchObject({ weightPercent: 0, since: now.toISOString() });
  });

  it("takes a latch that does not exist as set on a stack that was deployed before", async () => {
    const previousRecord = recordAt(0, { images, since: "2026-11-20T08:00:00.000Z" });
    const request = { stage: "production", previousRecord, latch: "missing", now } as const;
    await expect(planFixture({ ...request, set: { ...settings, candidateWeight: 5 } })).rejects.toThrow(
      "You asked for 5 %. The rollback latch counts as set, because the parameter /celebrant-portal/production/rollout/latch does not exist in AWS",
    );
    const { resources } = await planFixture({ ...request, set: settings });
    expect(parseLatch(latchValue(resources))).toMatchObject({ state: "set", at: now.toISOString() });
  });

  it("takes it as clear on a first deployment, and creates it clear", async () => {
    const { resources } = await planFixture({ stage: "production", previousRecord: null, now, set: settings });
    expect(parseLatch(latchValue(resources))).toEqual({ state: "clear" });
  });

  it("keeps the rollback address under the path that it reads the latch by, and small enough for SSM", async () => {
    for (const stage of stages) {
      const plan = await planFixture({ stage, previousRecord: null, now, set: settings });
      const parameters = plan.resources.filter(({ type }) => type === "aws:ssm/parameter:Parameter");
      const named = Object.fromEntries(parameters.map(({ inputs }) => [inputs["name"], String(inputs["value"])]));
      const { path, name } = rollbackAddressParameter("celebrant-portal", stage);
      expect(Object.keys(named).sort()).toEqual([`${path}/address`, `${path}/latch`]);
      for (const value of Object.values(named)) expect(ssmValueProblems(String(value))).toEqual([]);
      expect(named[name]?.length).toBeLessThan(2048);
      const address = parseRollbackAddress(named[name] ?? "");
      expect(address).toMatchObject({
        publicRuleArn: plan.outputs["publicRuleArn"],
        targetGroupArns: plan.outputs["targetGroupArns"],
        compositeAlarmNames: plan.outputs["compositeAlarmNames"],
        stateMachineArn: plan.outputs["rollbackStateMachineArn"],
        alertTopicArn: plan.outputs["alertTopicArn"],
        liveColour: "blue",
      });
    }
  });

  it("finds the latch beside the rollback address", async () => {
    const { name } = latchParameter("celebrant-portal", "production");
    const address = rollbackAddressParameter("celebrant-portal", "production");
    const latch = { state: "set", at: "2026-11-23T12:30:00Z", reason: "alarm" };
    for (const value of [JSON.stringify({ state: "clear" }), JSON.stringify(latch)]) {
      const parameters = { [address.name]: "{}", [name]: value };
      const calls = { ...worldAfter(recordAt(25, { images }), undefined, verifyingOutputs), parameters };
      const { error } = await registeredUntil({ ...settings, candidateWeight: 25 }, calls);
      expect(error === undefined ? "accepted" : String(error)).toMatch(
        value.includes("set") ? /latch was set/ : /^accepted$/,
      );
    }
  });

  it("asks AWS for the real split on every plan, and decides by it before it registers anything", async () => {
    const rollout = recordAt(25, { images, since: "2026-11-23T08:00:00.000Z" });
    const set = { ...settings, candidateWeight: 50 };
    const rolledBack = await registeredUntil(set, worldAfter(rollout, { blue: 100, green: 0 }, verifyingOutputs));
    expect(rolledBack.types).not.toContain("aws:ec2/vpc:Vpc");
    expect(String(rolledBack.error)).toMatch(
      /^Error: Rollout refused\. You asked for 50 %\. The public rule in AWS gives blue 100 and green 0, but the last update recorded blue 75 and green 25\./,
    );
    const agreeing = await registeredUntil(set, worldAfter(rollout, undefined, verifyingOutputs));
    expect(agreeing.error).toBeUndefined();
  });

  it("finishes an update that was killed after it had moved the rule", async () => {
    const previousRecord = recordAt(5, { images, since: "2026-11-23T08:00:00.000Z" });
    const request = { stage: "production", previousRecord, now, realWeights: { blue: 75, green: 25 } } as const;
    const plan = await planFixture({ ...request, set: { ...settings, candidateWeight: 25 } });
    expect(plan.record).toMatchObject({ weightPercent: 25, since: now.toISOString() });
    await expect(planFixture({ ...request, set: { ...settings, candidateWeight: 50 } })).rejects.toThrow(
      "To finish an interrupted update, set candidateWeight to 25, which AWS has.",
    );
    const undone = await planFixture({ ...request, set: { ...settings, candidateWeight: 5 } });
    expect(undone.warnings).toEqual([
      expect.stringMatching(
        /This config asks for blue 95 and green 5, and the update writes that into the rule before/,
      ),
    ]);
  });

  it("registers nothing when the rule that carries the weights cannot be read, unless all traffic goes to the live colour", async () => {
    const calls = { ...worldAfter(recordAt(25, { images }), undefined, verifyingOutputs), listenerRules: {} };
    const { types, error } = await registeredUntil({ ...settings, candidateWeight: 25 }, calls);
    expect(types).not.toContain("aws:ec2/vpc:Vpc");
    expect(String(error)).toMatch(/^Error: The public rule's weights cannot be read from AWS/);
    const lowered = await registeredUntil({ ...settings, candidateWeight: 0 }, calls);
    expect(lowered.error).toBeUndefined();
  });

  it("takes the record from the resources: a rule that did not change keeps the old step", async () => {
    const previousRecord = recordAt(5, { images, since: "2026-11-23T08:00:00.000Z" });
    const plan = await planFixture({
      stage: "production",
      previousRecord,
      now,
      set: { ...settings, candidateWeight: 25 },
    });
    const rule = plan.resources.find(({ name, type }) => type.endsWith(":ListenerRule") && name.endsWith("-public"));
    expect(JSON.stringify(rule?.outputs["actions"])).toContain('"weight":25');
    expect(plan.record.weightPercent).toBe(25);
    expect(plan.record.images).toEqual(images);
  });

  it("fails when the rules answer another split or live colour than was asked for, and says what to do", async () => {
    const at5 = recordAt(5, { images, since: "2026-11-23T08:00:00.000Z" });
    const up = stuckUpdate(at5, { candidateWeight: 25 }, "public");
    await expect(up).rejects.toThrow(
      "asked for was blue live with blue 75 and green 25 (candidateWeight 25), and the rules answered blue live with blue 95 and green 5.",
    );
    await expect(up).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
    const at100 = recordAt(100, { images, since: "2026-11-20T08:00:00.000Z" });
    const promote = { liveColour: "green", candidateWeight: 0 };
    await expect(stuckUpdate(at100, promote, "candidate")).rejects.toThrow(
      "asked for was green live with blue 0 and green 100 (candidateWeight 0), and the rules answered blue live with blue 0 and green 100.",
    );
  });

  it("fails when AWS kept another split than its resources answer", async () => {
    const previousRecord = recordAt(5, { images, since: "2026-11-23T08:00:00.000Z" });
    const set = { ...settings, candidateWeight: 25 };
    const { outputs } = await planFixture({ stage: "production", previousRecord, now, set });
    const arns = outputs["targetGroupArns"] as Record<Colour, string>;
    const world = worldAfter(previousRecord, undefined, verifyingOutputs);
    const kept = { [String(outputs["publicRuleArn"])]: { [arns.blue]: 95, [arns.green]: 5 } };
    const { error } = await registeredUntil(set, { ...world, listenerRules: { ...world.listenerRules, ...kept } });
    expect(String(error)).toContain("and AWS gives blue 95 and green 5.");
  });

  describe("after an update by a version without target groups for the candidate's own host", () => {
    const update = (previous: RolloutRecord, candidateWeight: number) => {
      const { stackOutputs, ...world } = worldAfter(previous, undefined, verifyingOutputs);
      const { ownHostTargetGroupArns: _, ...older } = stackOutputs ?? {};
      return registeredUntil({ ...settings, candidateWeight }, { ...world, stackOutputs: older });
    };

    it("refuses a weight and registers nothing", async () => {
      const { types, error } = await update(recordAt(5, { images, since: "2026-11-23T08:00:00.000Z" }), 25);
      expect(String(error)).toContain("You asked for 25 %. This version gives the candidate's own host target groups");
      expect(types.filter((type) => type.startsWith("aws:"))).toEqual([]);
    });

    it("creates them at weight 0, and says that all tasks are replaced", async () => {
      const { types, error, warnings } = await update(recordAt(0, { images }), 0);
      expect(error).toBeUndefined();
      expect(types.filter((type) => type === "aws:lb/targetGroup:TargetGroup")).toHaveLength(4);
      expect(warnings).toContainEqual(expect.stringContaining("ECS replaces all tasks of both colours for that"));
    });

    it("says nothing of it where the stack has them", async () => {
      const { warnings } = await registeredUntil(
        { ...settings, candidateWeight: 0 },
        worldAfter(recordAt(0, { images }), undefined, verifyingOutputs),
      );
      expect(warnings.filter((warning) => warning.includes("own host"))).toEqual([]);
    });
  });

  it("records the reason that a move needed", async () => {
    const previousRecord = recordAt(5, { images, since: "2026-11-23T12:30:00.000Z" });
    const set = { ...settings, candidateWeight: 25, rolloutOverride: "payment outage, agreed with Kim" };
    const plan = await planFixture({ stage: "production", previousRecord, now, set });
    expect(plan.record.history.at(-1)).toMatchObject({
      event: "advanced",
      override: "payment outage, agreed with Kim",
    });
  });

  it("hands every AWS resource to the stage's own provider", async () => {
    const plan = await planFixture({ stage: "staging", previousRecord: null, now, set: settings });
    const aws = plan.resources.filter(({ type }) => type.startsWith("aws:"));
    expect(aws.length).toBeGreaterThan(150);
    const provider = plan.resources.find(({ type }) => type === "pulumi:providers:aws");
    expect(new Set(aws.map((resource) => resource.provider))).toEqual(new Set([`${provider?.urn}::${provider?.id}`]));
  });
});
