import { beforeAll, expect, it } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import { prepareMotoEnvironment } from "../../../rehearsal/python/moto-environment.ts";
import { planWeights, type WeightPlan } from "../../../rehearsal/validate/plan-weights.ts";
import { openServiceModels, type ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { notInMoto, tryCalls } from "../../../rehearsal/validate/try-calls.ts";
import { stages } from "../../../rollout/names.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

const now = new Date("2026-11-23T00:00:00Z");

describeWithMoto("tryCalls", () => {
  let models: ServiceModels;
  const planned: Record<string, readonly WeightPlan[]> = {};
  beforeAll(async () => {
    const environment = await prepareMotoEnvironment();
    if ("missing" in environment) throw new Error(environment.missing);
    models = openServiceModels(environment.python);
    for (const stage of stages) planned[stage] = await planWeights(stage, fixtureFolder, now);
  });

  /** The first plan of staging with one resource of a type changed. */
  function stagingWith(type: string, change: (resource: PlannedResource) => Partial<PlannedResource>): WeightPlan[] {
    const [first] = planned["staging"] ?? [];
    const changed = first?.resources.find((one) => one.type === type);
    if (first === undefined || changed === undefined) throw new Error(`Nothing of type ${type} is planned.`);
    const resources = first.resources.map((one) => (one === changed ? { ...one, ...change(one) } : one));
    return [{ ...first, resources }];
  }

  it("has moto take every call of both stages but for those that it lacks, and lists no other as missing", async () => {
    const missing = new Set<string>();
    for (const stage of stages) {
      const trial = await tryCalls(stage, planned[stage] ?? [], models);
      expect(trial.problems).toEqual([]);
      expect(trial.acceptedCount).toBe(trial.callCount - trial.missing.length);
      expect(trial.callCount).toBeGreaterThan(200);
      for (const name of trial.missing) missing.add(name);
    }
    expect([...missing].sort()).toEqual(Object.keys(notInMoto).sort());
  });

  it("names the resource that refers to nothing", async () => {
    const plans = stagingWith("aws:lb/listenerRule:ListenerRule", ({ inputs }) => ({
      inputs: { ...inputs, listenerArn: "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:listener/app/a/b/c" },
    }));
    const { problems } = await tryCalls("staging", plans, models);
    expect(problems).toEqual([
      expect.stringMatching(
        /^staging aws:lb\/listenerRule:ListenerRule portal-staging-\S+: CreateRule is refused: ListenerNotFound: .* \(by moto, in AWS's place\)$/,
      ),
    ]);
  });

  it("shows no secret that a refusal repeats", async () => {
    const plans = stagingWith("aws:ssm/parameter:Parameter", ({ inputs }) => ({
      inputs: { ...inputs, name: "/aws/hunter2" },
      secretPaths: [["name"]],
    }));
    const { problems } = await tryCalls("staging", plans, models);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it("fails where moto is said to lack what it answers", async () => {
    const gaps = { ...notInMoto, "ec2 CreateVpc": "a test" };
    const { problems } = await tryCalls("staging", planned["staging"] ?? [], models, gaps);
    expect(problems).toEqual([
      "staging ec2 CreateVpc: moto answers it. Take it out of notInMoto in rehearsal/validate.",
    ]);
  });
});
