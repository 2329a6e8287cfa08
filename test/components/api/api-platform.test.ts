import { describe, expect, it } from "vitest";
import { ApiPlatform, type ApiPlatformArgs } from "../../../components/api/api-platform.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";
import { platformArgs } from "./platform-args.ts";
import { statementsOf } from "./statements.ts";

const ingressType = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule";
const egressType = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";
const roleType = "aws:iam/role:Role";

function planPlatform(changes: Partial<ApiPlatformArgs> = {}) {
  return planProgram(() => {
    const platform = new ApiPlatform(testName, { ...platformArgs, ...changes });
    return {
      clusterName: platform.clusterName,
      clusterArn: platform.clusterArn,
      securityGroupId: platform.securityGroupId,
      roles: [
        platform.executionRoleArns,
        platform.taskRoleArn,
        platform.migratorTaskRoleArn,
        platform.integrityTaskRoleArn,
      ],
    };
  });
}

describe("ApiPlatform cluster", () => {
  it("runs on Fargate only, with Container Insights", async () => {
    const { only, outputs } = await planPlatform();
    const cluster = only("aws:ecs/cluster:Cluster");
    expect(cluster.inputs["settings"]).toEqual([{ name: "containerInsights", value: "enabled" }]);
    expect(only("aws:ecs/clusterCapacityProviders:ClusterCapacityProviders").inputs).toEqual({
      clusterName: cluster.outputs["name"],
      capacityProviders: ["FARGATE"],
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    });
    expect(outputs["clusterName"]).toBe(cluster.outputs["name"]);
    expect(outputs["clusterArn"]).toBe(cluster.outputs["arn"]);
  });
});

describe("ApiPlatform network", () => {
  it("lets the load balancer in on the container's port and nobody else", async () => {
    const { all, only, outputs } = await planPlatform();
    const group = only("aws:ec2/securityGroup:SecurityGroup");
    expect(group.inputs["ingress"]).toBeUndefined();
    expect(group.inputs["egress"]).toBeUndefined();
    expect(outputs["securityGroupId"]).toBe(group.id);
    const intoTasks = all(ingressType).filter(({ inputs }) => inputs["securityGroupId"] === group.id);
    expect(intoTasks.map(({ inputs }) => inputs)).toEqual([
      expect.objectContaining({
        referencedSecurityGroupId: "sg-balancer",
        ipProtocol: "tcp",
        fromPort: 8000,
        toPort: 8000,
      }),
    ]);
  });

  it("lets tasks out to HTTPS and to the database only", async () => {
    const { all } = await planPlatform();
    expect(
      all(egressType).map(({ inputs }) => [
        inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"],
        inputs["ipProtocol"],
        inputs["fromPort"],
        inputs["toPort"],
      ]),
    ).toEqual([
      ["0.0.0.0/0", "tcp", 443, 443],
      ["sg-database", "tcp", 5432, 5432],
    ]);
  });

  it("opens the database's port to the tasks' group", async () => {
    const { only } = await planPlatform();
    const group = only("aws:ec2/securityGroup:SecurityGroup");
    expect(only(ingressType, "portal-production-database-from-api").inputs).toMatchObject({
      securityGroupId: "sg-database",
      referencedSecurityGroupId: group.id,
      ipProtocol: "tcp",
      fromPort: 5432,
      toPort: 5432,
    });
  });
});

describe("ApiPlatform roles", () => {
  it("trusts ECS tasks of this account and region only", async () => {
    const { all } = await planPlatform();
    expect(all(roleType)).toHaveLength(6);
    for (const role of all(roleType)) {
      expect(JSON.parse(String(role.inputs["assumeRolePolicy"])).Statement).toEqual([
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "ecs-tasks.amazonaws.com" },
          Condition: {
            StringEquals: { "aws:SourceAccount": "123456789012" },
            ArnLike: { "aws:SourceArn": "arn:aws:ecs:ap-southeast-2:123456789012:*" },
          },
        },
      ]);
    }
  });

  it("starts tasks from this repository, these logs and these secrets", async () => {
    const { only } = await planPlatform();
    const statements = statementsOf(only(rolePolicyType, "portal-production-execution"));
    expect(statements["SignInToRegistry"]?.Action).toEqual(["ecr:GetAuthorizationToken"]);
    expect(statements["PullImage"]?.Resource).toEqual([platformArgs.repositoryArn]);
    expect(statements["WriteLogs"]?.Resource).toEqual([
      "arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/blue:log-stream:*",
    ]);
    expect(statements["ReadSecrets"]).toMatchObject({
      Action: ["secretsmanager:GetSecretValue"],
      Resource: platformArgs.secretArns.api,
    });
    expect(Object.keys(statements)).toEqual(["SignInToRegistry", "PullImage", "WriteLogs", "ReadSecrets"]);
  });

  it("starts a one-off task with its own secrets and logs, and one without secrets with no right to read any", async () => {
    const { only } = await planPlatform();
    const migrate = statementsOf(only(rolePolicyType, "portal-production-migrate-execution"));
    expect(migrate["ReadSecrets"]?.Resource).toEqual(platformArgs.secretArns.migrate);
    expect(migrate["WriteLogs"]?.Resource).toEqual([
      "arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/one-off-tasks:log-stream:*",
    ]);
    const integrity = statementsOf(only(rolePolicyType, "portal-production-integrity-execution"));
    expect(Object.keys(integrity)).toEqual(["SignInToRegistry", "PullImage", "WriteLogs"]);
  });

  it("has a role for seeding only where there are seeds", async () => {
    const { outputs } = await planPlatform({ secretArns: { ...platformArgs.secretArns, seed: [] } });
    expect(JSON.stringify(outputs["roles"])).toContain("seed-execution");
    expect(JSON.stringify((await planPlatform()).outputs["roles"])).not.toContain("seed");
  });

  it("lets the API use uploads, mail and the database as the application", async () => {
    const { only } = await planPlatform();
    const statements = statementsOf(only(rolePolicyType, "portal-production-task"));
    expect(Object.keys(statements)).toEqual(["ConnectToDatabase", "UseUploads", "SendMail"]);
    expect(statements["ConnectToDatabase"]).toMatchObject({
      Action: ["rds-db:connect"],
      Resource: ["arn:aws:rds-db:ap-southeast-2:123456789012:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/prod_user"],
    });
    expect(statements["UseUploads"]?.Resource).toEqual(["arn:aws:s3:::uploads/*"]);
    expect(statements["SendMail"]?.Resource).toEqual([
      platformArgs.mailIdentityArn,
      "arn:aws:ses:ap-southeast-2:123456789012:configuration-set/portal",
    ]);
  });

  it.each([
    ["portal-production-migrator", "celebrant_migrator"],
    ["portal-production-integrity", "celebrant_readonly"],
  ])("lets %s connect as %s and do nothing else", async (role, user) => {
    const { only } = await planPlatform();
    expect(Object.values(statementsOf(only(rolePolicyType, role)))).toEqual([
      {
        Sid: "ConnectToDatabase",
        Effect: "Allow",
        Action: ["rds-db:connect"],
        Resource: [`arn:aws:rds-db:ap-southeast-2:123456789012:dbuser:db-ABCDEFGHIJKLMNOPQRSTUVWXYZ/${user}`],
      },
    ]);
  });

  it("opens no command channel", async () => {
    const { all } = await planPlatform();
    expect(all(rolePolicyType).filter((policy) => "OpenCommandChannel" in statementsOf(policy))).toEqual([]);
  });

  it("names every resource, save where an action knows none", async () => {
    const { all } = await planPlatform();
    const unnamed = all(rolePolicyType).flatMap((policy) =>
      Object.values(statementsOf(policy))
        .filter(({ Resource }) => Resource.includes("*"))
        .map(({ Sid }) => Sid),
    );
    expect(new Set(unnamed)).toEqual(new Set(["SignInToRegistry"]));
    const actions = all(rolePolicyType).flatMap((policy) =>
      Object.values(statementsOf(policy)).flatMap(({ Action }) => Action),
    );
    expect(actions.filter((action) => action.includes("*"))).toEqual([]);
  });
});

describe("ApiPlatform tags", () => {
  it("tags whatever can be tagged and parents everything to itself", async () => {
    const { resources } = await planPlatform();
    const platform = resources.find(({ type }) => type === "celebrant:api:ApiPlatform");
    const children = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    expect(children.map(({ parentUrn }) => parentUrn)).toEqual(children.map(() => platform?.urn));
    const untaggable = [rolePolicyType, "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"];
    for (const child of children.filter(({ type }) => !untaggable.includes(type))) {
      expect(child.inputs["tags"], child.name).toEqual({ ...testTags, Name: child.name });
    }
  });
});
