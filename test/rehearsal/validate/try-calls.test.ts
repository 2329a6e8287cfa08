import { beforeAll, expect, it } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import type { WeightPlan } from "../../../rehearsal/validate/plan-weights.ts";
import type { ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { notInMoto, tryCalls } from "../../../rehearsal/validate/try-calls.ts";
import { type Stage, stages } from "../../../rollout/names.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { openModels, planBothStages } from "./judges.ts";

describeWithMoto("tryCalls", () => {
  let models: ServiceModels;
  let planned: Readonly<Record<Stage, readonly WeightPlan[]>>;
  beforeAll(async () => {
    models = await openModels();
    planned = await planBothStages();
  });

  type Change = (resource: PlannedResource) => Partial<PlannedResource>;

  /** The first plan of staging with the first resource of some types changed. */
  function stagingWith(changes: Readonly<Record<string, Change>>): WeightPlan[] {
    const [first] = planned.staging;
    if (first === undefined) throw new Error("Nothing is planned.");
    const resources = [...first.resources];
    for (const [type, change] of Object.entries(changes)) {
      const index = resources.findIndex((one) => one.type === type);
      const found = resources[index];
      if (found === undefined) throw new Error(`Nothing of type ${type} is planned.`);
      resources[index] = { ...found, ...change(found) };
    }
    return [{ ...first, resources }];
  }

  /** Another text in the place of an input. */
  const withInput =
    (input: string, value: unknown): Change =>
    ({ inputs }) => ({ inputs: { ...inputs, [input]: value } });

  it("has moto take every call of both stages but for those that it lacks, and lists no other as missing", async () => {
    const missing = new Set<string>();
    for (const stage of stages) {
      const trial = await tryCalls(stage, planned[stage], models);
      expect(trial.problems).toEqual([]);
      expect(trial.acceptedCount).toBe(trial.callCount - trial.missing.length);
      expect(trial.callCount).toBeGreaterThan(200);
      for (const name of trial.missing) missing.add(name);
    }
    expect([...missing].sort()).toEqual(Object.keys(notInMoto).sort());
  });

  it("names the resource that refers to nothing", async () => {
    const nowhere = "arn:aws:elasticloadbalancing:ap-southeast-2:123456789012:listener/app/a/b/c";
    const plans = stagingWith({ "aws:lb/listenerRule:ListenerRule": withInput("listenerArn", nowhere) });
    const { problems } = await tryCalls("staging", plans, models);
    expect(problems).toEqual([
      expect.stringMatching(
        /^staging aws:lb\/listenerRule:ListenerRule portal-staging-\S+: CreateRule is refused: ListenerNotFound: .* \(by moto, in AWS's place\)$/,
      ),
    ]);
  });

  it("reads what the texts hold that moto has a parser for", async () => {
    const lifecycle = {
      rulePriority: 1,
      selection: { tagStatus: "old", countType: "sinceImagePushed", countUnit: "days", countNumber: 14 },
      action: { type: "expire" },
    };
    const plans = stagingWith({
      "aws:cloudwatch/dashboard:Dashboard": withInput("dashboardBody", '{"widgets":'),
      "aws:cloudwatch/eventRule:EventRule": ({ inputs: { scheduleExpression: _, ...inputs } }) => ({
        inputs: { ...inputs, eventPattern: '{"source":"aws.backup"}' },
      }),
      "aws:ecr/lifecyclePolicy:LifecyclePolicy": withInput("policy", JSON.stringify({ rules: [lifecycle] })),
    });
    const { problems } = await tryCalls("staging", plans, models);
    for (const refusal of [
      /Dashboard \S+: PutDashboard is refused: InvalidParameterInput: /,
      /EventRule \S+: PutRule is refused: InvalidEventPatternException: .*'source' must be/,
      /LifecyclePolicy \S+: PutLifecyclePolicy is refused: .*instance value \(old\)/,
    ]) {
      expect(problems).toContainEqual(expect.stringMatching(refusal));
    }
  });

  it("shows no secret that a refusal repeats", async () => {
    const plans = stagingWith({
      "aws:ssm/parameter:Parameter": ({ inputs }) => ({
        inputs: { ...inputs, name: "/aws/hunter2" },
        secretPaths: [["name"]],
      }),
    });
    const { problems } = await tryCalls("staging", plans, models);
    expect(problems.length).toBeGreaterThan(0);
    expect(problems.join("\n")).not.toContain("hunter2");
  });

  it("fails where moto is said to lack what it answers", async () => {
    const gaps = { ...notInMoto, "ec2 CreateVpc": "a test" };
    const { problems } = await tryCalls("staging", planned.staging, models, gaps);
    expect(problems).toEqual([
      "staging ec2 CreateVpc: moto answers it. Take it out of notInMoto in rehearsal/validate.",
    ]);
  });
});
