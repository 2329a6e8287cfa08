import { describe, expect, it } from "vitest";
import { assumedImages } from "../../../rehearsal/plan/assumed-images.ts";
import { planMove } from "../../../rehearsal/plan/compare-stage.ts";
import { diffPlans } from "../../../rehearsal/plan/diff-plans.ts";
import {
  type MarkedChange,
  markReplacements,
  replacingProperties,
} from "../../../rehearsal/plan/replacement/mark-replacements.ts";
import { renderChanges } from "../../../rehearsal/plan/report/render-changes.ts";
import type { Stage } from "../../../rollout/names.ts";
import { planFixture } from "../../support/plan-fixture.ts";
import { fixtureFolder } from "../../support/stack-files.ts";

type Settings = Readonly<Record<string, unknown>>;
const images = { "images.blue": assumedImages.blue, "images.green": assumedImages.green };

async function edit(stage: Stage, from: Settings, to: Settings): Promise<readonly MarkedChange[]> {
  const plan = (set: Settings) =>
    planFixture({ stage, set: { ...images, ...set }, previousRecord: null, now: new Date("2026-11-23T00:00:00Z") });
  const [before, after] = [await plan(from), await plan(to)];
  return markReplacements(diffPlans(before, after), before, after);
}

const named = (changes: readonly MarkedChange[], ending: string): MarkedChange =>
  changes.find(({ type, name }) => `${type} ${name}`.endsWith(ending)) ?? expect.fail(`Nothing changes ${ending}.`);
const replaced = (changes: readonly MarkedChange[]) => changes.filter(({ replacedFor }) => replacedFor.length > 0);

describe("a marked change", () => {
  it("replaces both target groups for another port, and says what that means", async () => {
    const changes = await edit("production", { "api.containerPort": 8000 }, { "api.containerPort": 9000 });
    const blue = named(changes, "TargetGroup portal-production-blue");
    expect(blue).toMatchObject({ kind: "update", replacedFor: ["port"] });
    expect(blue.consequence).toBe(
      "Replaces a colour's target group: the new one is empty, and its requests fail until the tasks have restarted and are healthy. Pulumi refuses it, because the resource is protected: see docs/runbook.md, Replacing what is protected.",
    );
    expect(renderChanges([blue], [])).toBe(
      [
        "1 cloud resource changes, 1 by replacement:",
        "+- aws:lb/targetGroup:TargetGroup portal-production-blue",
        "    port: 8000 -> 9000 (forces replacement)",
        `    ! ${blue.consequence}`,
      ].join("\n"),
    );
    // What names a target group follows it, and stays.
    const rule = named(changes, "ListenerRule portal-production-public");
    expect(rule).toMatchObject({ replacedFor: [] });
    expect(rule.properties).toContainEqual({
      path: "actions[0].forward.targetGroups[0].arn",
      before: "aws:lb/targetGroup:TargetGroup portal-production-blue",
      after: "its replacement",
    });
  });

  it("tells where nothing would stop it", async () => {
    const changes = await edit("staging", { "api.containerPort": 8000 }, { "api.containerPort": 9000 });
    expect(named(changes, "TargetGroup portal-staging-green").consequence).toMatch(/ Nothing protects it\.$/);
  });

  it("follows another address range to all that is in the network", async () => {
    const changes = await edit("production", {}, { "network.cidrBlock": "10.40.0.0/16" });
    const types = new Set(replaced(changes).map(({ type }) => type));
    for (const type of [
      "aws:ec2/vpc:Vpc",
      "aws:ec2/subnet:Subnet",
      "aws:ec2/natGateway:NatGateway",
      "aws:ec2/securityGroup:SecurityGroup",
      "aws:lb/targetGroup:TargetGroup",
    ]) {
      expect(types).toContain(type);
    }
    expect(named(changes, "Vpc portal-production-vpc").consequence).toContain("the database too");
    expect(types).not.toContain("aws:s3/bucket:Bucket");
  });

  it("replaces all that the provider made for another region", async () => {
    const zones = ["us-east-1a", "us-east-1b", "us-east-1c"];
    const changes = await edit("production", {}, { "aws.region": "us-east-1", "aws.availabilityZones": zones });
    expect(named(changes, "Instance portal-production-database").replacedFor).toContain("(provider)");
    expect(replaced(changes).length).toBeGreaterThan(200);
  });

  it("replaces the database for a backup to restore, which only the program asks for", async () => {
    const restore = { "database.restoreFrom": { snapshotIdentifier: "awsbackup:job-1" } };
    const database = named(await edit("production", {}, restore), "Instance portal-production-database");
    expect(database.replacedFor).toEqual(expect.arrayContaining(["identifier", "snapshotIdentifier"]));
    expect(database.consequence).toMatch(
      /^Replaces the database: the new one is empty, unless restoreFrom names a backup\./,
    );
  });

  it("names no consequence of a new task definition, which every release is", async () => {
    const changes = await edit("production", {}, { "images.green": `sha256:${"b".repeat(64)}` });
    expect(replaced(changes).map(({ type, consequence }) => [type, consequence])).toEqual(
      replaced(changes).map(() => ["aws:ecs/taskDefinition:TaskDefinition", undefined]),
    );
    expect(named(changes, "Service portal-production-green")).toMatchObject({
      replacedFor: [],
      properties: [{ path: "taskDefinition", after: "its replacement" }],
    });
  });

  it("replaces nothing for a step", async () => {
    const request = {
      stage: "production",
      now: new Date("2026-11-23T00:00:00Z"),
      projectFolder: fixtureFolder,
    } as const;
    const { before, after } = await planMove({
      ...request,
      from: { candidateWeight: 5 },
      set: { candidateWeight: 25 },
    });
    const changes = markReplacements(diffPlans(before.plan, after.plan), before.plan, after.plan);
    expect(changes.map(({ name, replacedFor }) => [name, replacedFor])).toEqual([["portal-production-public", []]]);
  });

  it("leaves creations and deletions alone", async () => {
    const ended = await edit("staging", { "images.green": undefined }, {});
    expect(new Set(ended.map(({ kind }) => kind))).toContain("create");
    expect(replaced(ended)).toEqual([]);
  });
});

describe("what a resource is replaced for", () => {
  it("is another kind of peer of a security group's rule, and no other peer of the same kind", () => {
    const type = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
    expect(replacingProperties({ type }, [{ path: "cidrIpv4", before: "10.0.0.0/8", after: "10.1.0.0/16" }])).toEqual(
      [],
    );
    const kinds = [
      { path: "cidrIpv4", before: "0.0.0.0/0" },
      { path: "prefixListId", after: "pl-1" },
    ];
    expect(replacingProperties({ type }, kinds)).toEqual(["cidrIpv4", "prefixListId"]);
  });
});
