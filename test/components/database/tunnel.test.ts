import { describe, expect, it } from "vitest";
import { DatabaseTunnel } from "../../../components/database/tunnel.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";

function planTunnel() {
  return planProgram(() => {
    const tunnel = new DatabaseTunnel(testName, {
      vpcId: "vpc-1",
      databaseSecurityGroupId: "sg-database",
      logGroupName: "/portal-production/api/one-off-tasks",
      logGroupArns: ["arn:aws:logs:ap-southeast-2:123456789012:log-group:/portal-production/api/one-off-tasks"],
      region: "ap-southeast-2",
      accountId: "123456789012",
      tags: testTags,
    });
    return { group: tunnel.securityGroupId, task: tunnel.taskDefinitionArn };
  });
}

const rule = (inputs: Readonly<Record<string, unknown>>) => [
  inputs["securityGroupId"],
  inputs["cidrIpv4"] ?? inputs["referencedSecurityGroupId"],
  inputs["ipProtocol"],
  inputs["fromPort"],
  inputs["toPort"],
];

describe("the tunnel to the database", () => {
  it("lets nothing in, and out to the database and TLS only", async () => {
    const { all, only, outputs } = await planTunnel();
    const { id, inputs } = only("aws:ec2/securityGroup:SecurityGroup");
    expect([inputs["ingress"], inputs["egress"], outputs["group"]]).toEqual([undefined, undefined, id]);
    expect(all("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").map((one) => rule(one.inputs))).toEqual([
      [id, "0.0.0.0/0", "tcp", 443, 443],
      [id, "sg-database", "tcp", 5432, 5432],
    ]);
    expect(all("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").map((one) => rule(one.inputs))).toEqual([
      ["sg-database", id, "tcp", 5432, 5432],
    ]);
  });

  it("may keep its channel to Systems Manager open, and log in to nothing", async () => {
    const { all } = await planTunnel();
    const actions = all("aws:iam/rolePolicy:RolePolicy").map(({ name, inputs }) => [
      name,
      JSON.parse(String(inputs["policy"])).Statement.flatMap(({ Action }: { Action: readonly string[] }) => Action),
    ]);
    expect(Object.fromEntries(actions)).toEqual({
      "portal-production-tunnel": [
        "ssmmessages:CreateControlChannel",
        "ssmmessages:CreateDataChannel",
        "ssmmessages:OpenControlChannel",
        "ssmmessages:OpenDataChannel",
      ],
      "portal-production-tunnel-execution": ["logs:CreateLogStream", "logs:PutLogEvents"],
    });
  });

  it("sleeps for an hour in a hardened container of AWS's own image, which only its agent can write in", async () => {
    const { only, outputs } = await planTunnel();
    const task = only("aws:ecs/taskDefinition:TaskDefinition");
    expect(outputs["task"]).toBe(task.outputs["arn"]);
    const [container] = JSON.parse(String(task.inputs["containerDefinitions"]));
    expect(container).toMatchObject({
      command: ["sleep", "3600"],
      image: expect.stringMatching(/^public\.ecr\.aws\/amazonlinux\/amazonlinux@sha256:[0-9a-f]{64}$/),
      user: "65534:65534",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
    });
    const paths = container.mountPoints.map(({ containerPath }: { containerPath: string }) => containerPath);
    expect(paths).toEqual(["/managed-agents", "/var/lib/amazon/ssm", "/var/log/amazon/ssm"]);
    expect([container.environment, container.secrets, container.portMappings]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
