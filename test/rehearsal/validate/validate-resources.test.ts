import { beforeAll, expect, it } from "vitest";
import type { PlannedResource } from "../../../rehearsal/plan/planned-resource.ts";
import type { WeightPlan } from "../../../rehearsal/validate/plan-weights.ts";
import { renderProblems } from "../../../rehearsal/validate/render-validation.ts";
import type { ServiceModels } from "../../../rehearsal/validate/service-model.ts";
import { callTable } from "../../../rehearsal/validate/table/call-table.ts";
import { validateResources } from "../../../rehearsal/validate/validate-resources.ts";
import { type Stage, stages } from "../../../rollout/names.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { openModels, planBothStages } from "./judges.ts";

describeWithMoto("validateResources", () => {
  let models: ServiceModels;
  let planned: Readonly<Record<Stage, readonly WeightPlan[]>>;
  beforeAll(async () => {
    models = await openModels();
    planned = await planBothStages();
  });

  const resourcesOf = (stage: Stage) => planned[stage].flatMap(({ resources }) => resources);

  /** What is said of the first resource of a type with other inputs than planned. */
  function problemsWith(type: string, inputs: Readonly<Record<string, unknown>>, secretPaths: string[][] = []) {
    const resource = resourcesOf("production").find((one) => one.type === type);
    if (resource === undefined) throw new Error(`Nothing of type ${type} is planned.`);
    const changed: PlannedResource = { ...resource, inputs: { ...resource.inputs, ...inputs }, secretPaths };
    return renderProblems("production", validateResources([changed], models));
  }

  it.each(stages)("finds nothing that AWS would refuse in %s", (stage) => {
    const validation = validateResources(resourcesOf(stage), models);
    expect(renderProblems(stage, validation)).toEqual([]);
    expect(validation.coveredCount).toBe(validation.resourceCount);
    expect(validation.callCount).toBeGreaterThan(validation.resourceCount);
  });

  it.each(stages)("judges the public rule of %s at each weight, and nothing else twice", (stage) => {
    const [first, ...later] = planned[stage];
    expect(first?.resources.length).toBeGreaterThan(190);
    const names = later.map(({ resources }) => resources.map(({ name }) => name));
    expect(names).toEqual(later.map(() => [`portal-${stage}-public`]));
    expect(later.map(({ weightPercent }) => weightPercent)).toEqual([5, 25, 50, 100]);
  });

  it("knows no type that no stage plans", () => {
    const types = new Set(stages.flatMap((stage) => resourcesOf(stage).map(({ type }) => type)));
    expect(Object.keys(callTable).filter((type) => !types.has(type))).toEqual([]);
  });

  it.each([
    [
      "an apostrophe",
      "aws:wafv2/webAcl:WebAcl",
      { description: "Guards the API's load balancer" },
      /: description \(CreateWebACL Description\) must match \S+ It is "Guards the API's load balancer"\. https:\/\/docs\.aws\.amazon\.com\/goto\/WebAPI\/wafv2-2019-07-29\/CreateWebACL$/,
    ],
    [
      "a letter that IAM does not take",
      "aws:iam/role:Role",
      { description: "Rückruf – now" },
      /: description \(CreateRole Description\) must match \S+ It is "Rückruf – now"\./,
    ],
    [
      "a name that is too short for its pattern",
      "aws:backup/vault:Vault",
      { name: "v" },
      /: name \(CreateBackupVault BackupVaultName\) must match \S+ It is "v"\./,
    ],
    [
      "a word that is not in a list",
      "aws:acm/certificate:Certificate",
      { validationMethod: "PHONE" },
      /: validationMethod \(RequestCertificate ValidationMethod\) must be one of EMAIL, DNS, HTTP\. It is "PHONE"\./,
    ],
    [
      "a word that is not in a long list",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      { unit: "Second" },
      /: unit \(PutMetricAlarm Unit\) must be one of the 27 values that the API page lists, of which "Seconds" is the closest\. It is "Second"\./,
    ],
    [
      "a name that is too long",
      "aws:cloudwatch/eventRule:EventRule",
      { name: "x".repeat(65) },
      /: name \(PutRule Name\) must have at most 64 characters and has 65\. It is "x+"\./,
    ],
    [
      "a required value that is missing",
      "aws:lb/listener:Listener",
      { loadBalancerArn: undefined },
      /: CreateListener LoadBalancerArn is required and missing\. https:/,
    ],
    [
      "a number that is too large",
      "aws:lb/listener:Listener",
      { port: 70_000 },
      /: port \(CreateListener Port\) must be at most 65535\. It is 70000\./,
    ],
    [
      "a text in a number's place, in a structure",
      "aws:appautoscaling/policy:Policy",
      { policyType: "StepScaling", targetTrackingScalingPolicyConfiguration: { targetValue: "much" } },
      /: targetTrackingScalingPolicyConfiguration\.targetValue \(PutScalingPolicy \S+TargetValue\) must be a number\. It is "much"\./,
    ],
    [
      "a number within a structure",
      "aws:wafv2/webAcl:WebAcl",
      { defaultAction: { block: { customResponse: { responseCode: 700 } } } },
      /: defaultAction\.block\.customResponse\.responseCode \(CreateWebACL DefaultAction\.Block\.CustomResponse\.ResponseCode\) must be at most 599\. It is 700\./,
    ],
    [
      "an empty text",
      "aws:sesv2/emailIdentity:EmailIdentity",
      { emailIdentity: "" },
      /: emailIdentity \(CreateEmailIdentity EmailIdentity\) must have at least 1 characters and has 0\. It is ""\./,
    ],
    [
      "a list that is too long",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      { alarmActions: ["a", "b", "c", "d", "e", "f"] },
      /: alarmActions \(PutMetricAlarm AlarmActions\) must have at most 5 entries and has 6\./,
    ],
    [
      "an entry of a list",
      "aws:sfn/stateMachine:StateMachine",
      { loggingConfiguration: { level: "SOME" } },
      /: loggingConfiguration\.level \(CreateStateMachine loggingConfiguration\.level\) must be one of ALL, ERROR, FATAL, OFF\. It is "SOME"\./,
    ],
    [
      "a tag",
      "aws:secretsmanager/secret:Secret",
      { tags: { Owner: "x".repeat(257) } },
      /: tags\.Owner \(CreateSecret Tags\.0\.Value\) must have at most 256 characters and has 257\. It is "x{119}… \(cut\)\./,
    ],
    [
      "two members of a union",
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      { evaluationWindow: { slidingWindow: {}, wallClockWindow: { timezone: "UTC" } } },
      /: evaluationWindow \(PutMetricAlarm EvaluationWindow\) must have exactly one of \w+, \w+\./,
    ],
    [
      "a document that does not hold what the API takes",
      "aws:ecs/taskDefinition:TaskDefinition",
      { containerDefinitions: JSON.stringify([{ name: "api", essential: "yes" }]) },
      /: containerDefinitions\.0\.essential \(RegisterTaskDefinition containerDefinitions\.0\.essential\) must be true or false\. It is "yes"\./,
    ],
    [
      "a text where a number belongs",
      "aws:ecs/service:Service",
      { desiredCount: "two" },
      /: desiredCount \(CreateService desiredCount\) must be a whole number\. It is "two"\./,
    ],
  ])("catches %s", (_what, type, inputs, expected) => {
    expect(problemsWith(type, inputs)).toEqual([expect.stringMatching(expected)]);
  });

  it("shows no secret, wherever it stands", () => {
    const secret = `hunter2"${"x".repeat(70_000)}`;
    const problems = problemsWith("aws:secretsmanager/secretVersion:SecretVersion", { secretString: secret }, [
      ["secretString"],
    ]);
    expect(problems).toEqual([
      expect.stringMatching(
        /: secretString \(PutSecretValue SecretString\) must have at most 65536 .* It is \[secret\]\./,
      ),
    ]);
    const within = problemsWith("aws:secretsmanager/secret:Secret", { kmsKeyId: `${"y".repeat(2048)}hunter2` }, [
      ["kmsKeyId"],
    ]);
    expect(within).toEqual([expect.stringMatching(/It is \[secret\]\./)]);
  });

  it("fails for a type that no call is known of, and counts its resources as not judged", () => {
    const [resource] = resourcesOf("staging").filter(({ type }) => type.startsWith("aws:"));
    if (resource === undefined) throw new Error("Nothing is planned.");
    const unknown = { ...resource, type: "aws:dynamodb/table:Table" };
    const validation = validateResources([unknown], models);
    expect(validation).toMatchObject({ resourceCount: 1, coveredCount: 0, callCount: 0 });
    expect(renderProblems("staging", validation)).toEqual([
      "staging aws:dynamodb/table:Table: not judged, because no API call is known for this type. Add it to rehearsal/validate/table.",
    ]);
  });

  it("misses nothing where the provider makes no call for a value", () => {
    expect(problemsWith("aws:kms/key:Key", { enableKeyRotation: false })).toEqual([]);
  });

  it.each([
    ["aws:kms/key:Key", { unheardOf: 1 }, "unheardOf"],
    ["aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", { ingress: [{ protocol: "-1" }] }, "ingress.protocol"],
    ["aws:lb/loadBalancer:LoadBalancer", { accessLogs: { enabled: true, prefix: "a" } }, "accessLogs.prefix"],
    [
      "aws:wafv2/webAcl:WebAcl",
      { rules: [{ name: "a", priority: 1, statement: { unheardOf: { deep: 1 } }, visibilityConfig: {} }] },
      "rules.statement.unheardOf.deep",
    ],
    [
      "aws:ecs/taskDefinition:TaskDefinition",
      { containerDefinitions: '[{"name":"api","memroy":1}]' },
      "containerDefinitions.memroy",
    ],
  ])("fails for an input of %s that no call sends: %j", (type, inputs, path) => {
    expect(problemsWith(type, inputs)).toContainEqual(
      expect.stringContaining(
        `production ${type} ${path}: not judged, because no API call is known to send this input.`,
      ),
    );
  });
});
