import { EventRule } from "@pulumi/aws/cloudwatch/eventRule.js";
import { EventTarget } from "@pulumi/aws/cloudwatch/eventTarget.js";
import { ListenerRule } from "@pulumi/aws/lb/listenerRule.js";
import { Parameter } from "@pulumi/aws/ssm/parameter.js";
import { describe, expect, it } from "vitest";
import { judgePromotePlan, judgeRetirePlan } from "../../../cli/moves/plan-judgement.ts";
import { readSavedPlan } from "../../../cli/pulumi.ts";
import { judgedTypes } from "../../../rollout/names.ts";
import { recorded } from "../recorded.ts";

it.each([
  ["listenerRule", ListenerRule],
  ["parameter", Parameter],
  ["eventRule", EventRule],
  ["eventTarget", EventTarget],
] as const)("judges a plan by the SDK's own token of %s", (name, resource) => {
  expect(resource.isInstance({ __pulumiType: judgedTypes[name] })).toBe(true);
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
