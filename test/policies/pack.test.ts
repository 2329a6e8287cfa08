import protocol from "@pulumi/pulumi/proto/analyzer_pb.js";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import {
  bucket,
  bucketPublicAccessBlock,
  databaseInstance,
  databaseSubnetGroup,
  route,
  routeTable,
  routeTableAssociation,
  securityGroup,
  securityGroupIngressRule,
  subnet,
} from "../../policies/kinds.ts";
import { rules } from "../../policies/rules/index.ts";
import type { PlannedResource } from "../../rehearsal/plan/planned-resource.ts";
import { judgePlan } from "../../rehearsal/plan/policy-findings.ts";
import { stages } from "../../rollout/names.ts";
import { planned } from "./fixtures/planned.ts";
import { publicRule } from "./fixtures/rollout-traffic.ts";
import { type PackServer, starters, startPack, struct } from "./support/pack-server.ts";

/** What the engine sends in place of a string that a preview cannot know; see @pulumi/policy's proxy. */
const unknownText = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

type Starter = keyof typeof starters;

function resourceRequest(resource: PlannedResource): protocol.AnalyzeRequest {
  const request = new protocol.AnalyzeRequest();
  request.setType(resource.type);
  request.setName(resource.name);
  request.setUrn(resource.urn);
  request.setProperties(struct(resource.inputs));
  request.setOptions(new protocol.AnalyzerResourceOptions());
  return request;
}

/** A member of a stack; `madeFrom` says which property was made from which resource. */
function stackMember(
  resource: PlannedResource,
  madeFrom: Readonly<Record<string, string>> = {},
): protocol.AnalyzerResource {
  const member = new protocol.AnalyzerResource();
  member.setType(resource.type);
  member.setName(resource.name);
  member.setUrn(resource.urn);
  member.setProperties(struct({ ...resource.outputs, id: unknownText }));
  member.setOptions(new protocol.AnalyzerResourceOptions());
  for (const [property, urn] of Object.entries(madeFrom)) {
    const dependencies = new protocol.AnalyzerPropertyDependencies();
    dependencies.addUrns(urn);
    member.getPropertydependenciesMap().set(property, dependencies);
  }
  return member;
}

const policiesOf = (response: protocol.AnalyzeResponse) =>
  response.getDiagnosticsList().map((diagnostic) => diagnostic.getPolicyname());

const levelsOf = (info: protocol.AnalyzerInfo) => info.getPoliciesList().map((policy) => policy.getEnforcementlevel());

describe("the pack of a stage", () => {
  it.each(stages)("of %s stops an update for what stops it there", async (stage) => {
    const server = await startPack("engine", stage);
    try {
      const { ADVISORY, MANDATORY } = protocol.EnforcementLevel;
      const expected = rules.map((rule) => (rule.advisoryIn?.includes(stage) ? ADVISORY : MANDATORY));
      expect(levelsOf(await server.describe())).toEqual(expected);
      expect(expected.includes(ADVISORY)).toBe(stage === "staging");
    } finally {
      await server.stop();
    }
  });
});

describe.each(Object.keys(starters) as Starter[])("the pack started by %s", (starter) => {
  let server: PackServer;
  beforeAll(async () => {
    server = await startPack(starter);
  });
  afterAll(() => server.stop());

  it("serves every rule, and as mandatory where it does not know the stage", async () => {
    const info = await server.describe();
    expect(info.getName()).toBe("celebrant-portal");
    expect(info.getPoliciesList().map((policy) => policy.getName())).toEqual(rules.map(({ name }) => name));
    expect(levelsOf(info)).toEqual(rules.map(() => protocol.EnforcementLevel.MANDATORY));
  });

  it("reports of a resource what the planner reports in process", async () => {
    const rule = publicRule({ weights: [70, 30] });
    const expected = judgePlan(
      [rule],
      rules.filter((candidate) => "validateResource" in candidate),
    );
    const served = (await server.judgeResource(resourceRequest(rule))).getDiagnosticsList();
    expect(expected.map(({ policy }) => policy)).toEqual(["rollout-weights-are-a-step", "tags-required"]);
    expect(served.map((diagnostic) => diagnostic.getPolicyname())).toEqual(expected.map(({ policy }) => policy));
    for (const [index, { message }] of expected.entries()) expect(served[index]?.getMessage()).toContain(message);
  });

  it("says so when a preview cannot know what a rule reads, and does not stop it", async () => {
    const rule = publicRule({ weights: [100, 0], order: [unknownText, unknownText] });
    const served = (await server.judgeResource(resourceRequest(rule))).getDiagnosticsList();
    const order = served.find((diagnostic) => diagnostic.getPolicyname() === "rollout-blue-before-green");
    expect(order?.getEnforcementlevel()).toBe(protocol.EnforcementLevel.ADVISORY);
    expect(order?.getMessage()).toContain("can't be known during preview");
  });

  it("follows a relation by what it was made from while a preview knows no ids", async () => {
    const uploads = planned(bucket, "uploads", {});
    const settings = {
      blockPublicAcls: true,
      blockPublicPolicy: true,
      ignorePublicAcls: true,
      restrictPublicBuckets: true,
    };
    const block = planned(bucketPublicAccessBlock, "block", { bucket: unknownText, ...settings });
    const request = new protocol.AnalyzeStackRequest();
    request.setResourcesList([stackMember(uploads), stackMember(block, { bucket: uploads.urn })]);
    const found = policiesOf(await server.judgeStack(request));
    expect(found).toContain("s3-tls-only");
    expect(found).not.toContain("s3-public-access-blocked");

    request.setResourcesList([stackMember(uploads), stackMember(block)]);
    expect(policiesOf(await server.judgeStack(request))).toContain("s3-public-access-blocked");
  });

  it("judges ranges and routes while a preview knows neither ids nor what a provider fills in", async () => {
    const group = planned(securityGroup, "database", {}, { outputs: { ingress: unknownText, egress: unknownText } });
    const open = planned(securityGroupIngressRule, "open", {
      securityGroupId: unknownText,
      prefixListId: unknownText,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
      cidrIpv4: "0.0.0.0/1",
    });
    const instance = planned(databaseInstance, "database", {
      dbSubnetGroupName: unknownText,
      vpcSecurityGroupIds: [unknownText],
    });
    const subnets = planned(databaseSubnetGroup, "database", { subnetIds: [unknownText] });
    const place = planned(subnet, "database-a", {});
    const table = planned(routeTable, "database", {}, { outputs: { routes: unknownText } });
    const way = planned(route, "out", {
      routeTableId: unknownText,
      natGatewayId: unknownText,
      destinationCidrBlock: "0.0.0.0/0",
    });
    const link = planned(routeTableAssociation, "database-a", { routeTableId: unknownText, subnetId: unknownText });
    const request = new protocol.AnalyzeStackRequest();
    request.setResourcesList([
      stackMember(group),
      stackMember(open, { securityGroupId: group.urn }),
      stackMember(subnets, { subnetIds: place.urn }),
      stackMember(instance, { dbSubnetGroupName: subnets.urn, vpcSecurityGroupIds: group.urn }),
      stackMember(place),
      stackMember(table),
      stackMember(way, { routeTableId: table.urn }),
      stackMember(link, { routeTableId: table.urn, subnetId: place.urn }),
    ]);
    const found = (await server.judgeStack(request))
      .getDiagnosticsList()
      .filter((diagnostic) => diagnostic.getEnforcementlevel() === protocol.EnforcementLevel.MANDATORY)
      .map((diagnostic) => diagnostic.getPolicyname());
    for (const policy of ["ec2-no-world-ingress", "network-tier-from-tier-before", "rds-no-way-out"]) {
      expect(found).toContain(policy);
    }
  });
});
