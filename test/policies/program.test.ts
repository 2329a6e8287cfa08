import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { rules } from "../../policies/rules/index.ts";
import { tagRules } from "../../policies/rules/tags.ts";
import type { StagePlan } from "../../rehearsal/plan/plan-stage.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { judgePlan } from "../../rehearsal/plan/policy-findings.ts";
import type { Stage } from "../../rollout/names.ts";
import { planFixture } from "../support/plan-fixture.ts";

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;

/** Policies on types that no stage plans, for a change that adds one. */
const policiesOnAbsentTypes = ["ec2-network-acl-closed", "chat-only-shows"];

let production: StagePlan;
let staging: StagePlan;
beforeAll(async () => {
  production = await plan("production");
  staging = await plan("staging");
});

function plan(stage: Stage): Promise<StagePlan> {
  return planFixture({
    stage,
    set: { "images.blue": digest("a"), "images.green": digest("b") },
    previousRecord: null,
    now: new Date("2026-03-02T00:00:00Z"),
  });
}

/** The plan with the inputs of one type's resources changed, as a program would have written them. */
function changed(type: string, change: (inputs: Readonly<Record<string, unknown>>) => object): PlannedResource[] {
  return production.resources.map((resource) => {
    if (resource.type !== type) return resource;
    const inputs = { ...resource.inputs, ...change(resource.inputs) };
    return { ...resource, inputs, outputs: { ...resource.outputs, ...inputs } };
  });
}

const policiesOf = (resources: readonly PlannedResource[]) => new Set(judgePlan(resources).map(({ policy }) => policy));

describe("the plan of staging", () => {
  it("satisfies every policy", () => {
    expect(judgePlan(staging.resources)).toEqual([]);
  });
});

describe("the plan of production", () => {
  it("satisfies every policy", () => {
    expect(judgePlan(production.resources)).toEqual([]);
  });

  it("has something for every policy to look at, but for those on types that it does not have", () => {
    const types = new Set(production.resources.map(({ type }) => type));
    const idle = rules.filter(({ tokens }) => !tokens.some((token) => types.has(token)));
    expect(idle.map(({ name }) => name)).toEqual(policiesOnAbsentTypes);
  });

  it("makes no taggable type that the tags policy does not know", () => {
    const types = new Set(production.resources.map(({ type }) => type));
    const taggable = tagRules.flatMap(({ tokens }) => tokens);
    const unknown = [...types].filter((type) => takesTags(type) && !taggable.includes(type));
    expect(unknown).toEqual([]);
  });

  it.each([
    ["aws:rds/instance:Instance", { multiAz: false, publiclyAccessible: true }, ["rds-multi-az", "rds-not-public"]],
    ["aws:rds/parameterGroup:ParameterGroup", { parameters: [] }, ["rds-force-ssl", "rds-log-without-data"]],
    ["aws:ecs/service:Service", { desiredCount: 0 }, ["rollout-weighted-colour-has-tasks"]],
    ["aws:lb/targetGroup:TargetGroup", { deregistrationDelay: 5 }, ["rollout-drain-outlasts-stop"]],
    ["aws:s3/bucketVersioning:BucketVersioning", { bucket: "other" }, ["s3-versioned"]],
    [
      "aws:cloudwatch/compositeAlarm:CompositeAlarm",
      { alarmRule: "FALSE" },
      ["cloudwatch-alarm-acts", "rollout-colour-is-watched"],
    ],
  ])("is refused when %s has %j", (type, inputs, policies) => {
    expect(policiesOf(changed(type, () => inputs))).toEqual(new Set(policies));
  });

  it("is refused without the services of a colour with traffic, and allowed without any service", () => {
    const isService = ({ type }: PlannedResource) => type === "aws:ecs/service:Service";
    const withoutBlue = production.resources.filter((one) => !(isService(one) && one.name.endsWith("-blue")));
    expect(policiesOf(withoutBlue)).toEqual(new Set(["rollout-weighted-colour-has-tasks"]));
    expect(policiesOf(production.resources.filter((one) => !isService(one)))).toEqual(new Set());
  });
});

/** Whether the SDK's args of a type have tags. */
function takesTags(token: string): boolean {
  const [provider, file] = token.split(":");
  const path = fileURLToPath(new URL(`../../node_modules/@pulumi/${provider}/${file}.d.ts`, import.meta.url));
  return provider === "aws" && existsSync(path) && /^ {4}tags\?: pulumi\.Input</m.test(readFileSync(path, "utf8"));
}
