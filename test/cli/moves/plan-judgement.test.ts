import { Target } from "@pulumi/aws/appautoscaling/target.js";
import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { Service } from "@pulumi/aws/ecs/service.js";
import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import { RolePolicy } from "@pulumi/aws/iam/rolePolicy.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { Secret } from "@pulumi/aws/secretsmanager/secret.js";
import { SecretVersion } from "@pulumi/aws/secretsmanager/secretVersion.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import { RandomPassword } from "@pulumi/random/randomPassword.js";
import { describe, expect, it } from "vitest";
import { judgePromotePlan, judgeRetirePlan, judgeRotatePlan } from "../../../cli/moves/plan-judgement.ts";
import { type PlannedChange, readSavedPlan } from "../../../cli/pulumi.ts";
import { judgedTypes } from "../../../rollout/names.ts";
import { recorded } from "../recorded.ts";

it.each([
  ["listenerRule", ListenerRule],
  ["parameter", Parameter],
  ["eventRule", EventRule],
  ["eventTarget", EventTarget],
  ["taskDefinition", TaskDefinition],
  ["service", Service],
  ["scalableTarget", Target],
  ["rolePolicy", RolePolicy],
  ["secret", Secret],
  ["secretVersion", SecretVersion],
  ["randomPassword", RandomPassword],
] as const)("judges a plan by the SDK's own token of %s", (name, resource) => {
  expect(resource.isInstance({ __pulumiType: judgedTypes[name] })).toBe(true);
});

describe("judgePromotePlan", () => {
  const update = (type: string, name: string, ...properties: readonly string[]): PlannedChange => {
    return { urn: `urn:${name}`, type, name, operations: ["update"], properties };
  };
  const promote = [
    update(judgedTypes.listenerRule, "portal-production-candidate", "actions"),
    update(judgedTypes.eventRule, "portal-production-candidate-alarm", "eventPattern"),
    update(judgedTypes.parameter, "portal-production-rollback-address", "value"),
  ];

  it("takes what changes who the candidate is", () => {
    expect(judgePromotePlan({ changes: promote, outputs: ["rollout"] })).toEqual([]);
  });

  it.each([
    update(judgedTypes.eventRule, "portal-production-failed-backups", "eventPattern"),
    update(judgedTypes.eventTarget, "portal-production-failed-backups", "arn"),
    update(judgedTypes.parameter, "portal-production-rollback-latch", "value"),
    update(judgedTypes.parameter, "portal-production-rollback-address", "type"),
    update(judgedTypes.listenerRule, "portal-production-public", "actions"),
  ])("refuses another change of $type $name ($properties)", (stranger) => {
    const problems = judgePromotePlan({ changes: [...promote, stranger], outputs: ["rollout"] });
    expect(problems).toEqual([expect.stringContaining(`update ${stranger.type} ${stranger.name}`)]);
  });
});

describe("a plan of a provider that reads the duration of the public rule's stickiness as 0", () => {
  const repeated = readSavedPlan(recorded("repeated-rule.plan.json"));
  const changed = readSavedPlan(recorded("changed-rule.plan.json"));

  it("updates the rule in each preview, by no input", () => {
    const rule = { type: judgedTypes.listenerRule, name: "portal-production-public", operations: ["update"] };
    expect(repeated.changes).toEqual([expect.objectContaining({ ...rule, properties: [] })]);
    expect(changed.changes).toEqual([expect.objectContaining({ ...rule, properties: ["actions"] })]);
  });

  it("is a promote, and one that retires a colour, as long as the rule's inputs stay", () => {
    expect(judgePromotePlan(repeated)).toEqual([]);
    expect(judgeRetirePlan(repeated, "green")).toEqual([]);
  });

  it("is neither where a weight differs", () => {
    const update = "the plan would update aws:lb/listenerRule:ListenerRule portal-production-public (actions).";
    expect(judgePromotePlan(changed)).toEqual([expect.stringContaining(update)]);
    expect(judgeRetirePlan(changed, "green")).toEqual([expect.stringContaining(update)]);
  });
});

describe("a plan that rotates the key", () => {
  const change = (type: string, name: string, operations: readonly string[], properties: readonly string[] = []) =>
    ({ urn: "", type, name: `portal-production-${name}`, operations, properties }) satisfies PlannedChange;
  const replacement = ["create-replacement", "replace", "delete-replaced"];
  const outputs = ["oneOffTaskDefinitionArns", "rollout", "taskDefinitionArns"];
  const changes = [
    change(judgedTypes.randomPassword, "secret-key.2", ["create"]),
    change(judgedTypes.secret, "secret-key.2", ["create"]),
    change(judgedTypes.secretVersion, "secret-key.2", ["create"]),
    change(judgedTypes.rolePolicy, "execution", ["update"], ["policy"]),
    change(judgedTypes.taskDefinition, "green", replacement, ["containerDefinitions"]),
    change(judgedTypes.service, "green", ["update"], ["taskDefinition"]),
  ];
  const judge = (...more: readonly PlannedChange[]) => judgeRotatePlan({ changes: [...changes, ...more], outputs });

  it("creates a key, and makes the tasks anew", () => {
    expect(judge()).toEqual([]);
    expect(judge(change(judgedTypes.secret, "secret-key", ["delete"]))).toEqual([]);
  });

  it.each([
    ["writes another value over a key", change(judgedTypes.secretVersion, "secret-key", ["update"], ["secretString"])],
    ["replaces a key", change(judgedTypes.randomPassword, "secret-key", replacement, ["length"])],
    ["deletes another secret", change(judgedTypes.secret, "stripe-secret-key", ["delete"])],
    ["changes the size of a task", change(judgedTypes.taskDefinition, "blue", replacement, ["cpu"])],
    ["deletes a task definition", change(judgedTypes.taskDefinition, "blue", ["delete"])],
    ["replaces a service", change(judgedTypes.service, "blue", replacement, ["cluster"])],
    ["changes another role", change(judgedTypes.rolePolicy, "task", ["update"], ["policy"])],
    ["moves traffic", change(judgedTypes.listenerRule, "public", ["update"], ["actions"])],
  ])("is none where it %s", (_what, other) => {
    expect(judge(other)).toEqual([expect.stringContaining(`${other.type} ${other.name}`)]);
  });

  it("changes no other output", () => {
    expect(judgeRotatePlan({ changes, outputs: [...outputs, "clusterArn"] })).toHaveLength(1);
  });
});
