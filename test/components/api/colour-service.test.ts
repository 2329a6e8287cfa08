import { LogGroup } from "@pulumi/aws/cloudwatch/logGroup.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ColourService, type ColourServiceArgs } from "../../../components/api/colour-service.ts";
import { colours } from "../../../rollout/colour.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";
import { containerOf, environmentOf } from "./containers.ts";
import { digest, environment, image, serviceArgs } from "./service-args.ts";

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";
const serviceType = "aws:ecs/service:Service";
const targetType = "aws:appautoscaling/target:Target";
const policyType = "aws:appautoscaling/policy:Policy";

function planService(changes: Partial<ColourServiceArgs> = {}) {
  return planProgram(() => {
    const service = new ColourService(testName, { ...serviceArgs, ...changes });
    return {
      serviceName: service.serviceName,
      taskDefinitionArn: service.taskDefinitionArn,
      image: service.image,
    };
  });
}

describe("ColourService container", () => {
  it("runs the digest as nobody in particular, on a file system nobody writes to", async () => {
    const { only } = await planService();
    expect(containerOf(only(taskDefinitionType))).toMatchObject({
      name: "api",
      image,
      user: "10001:10001",
      readonlyRootFilesystem: true,
      linuxParameters: { initProcessEnabled: true, capabilities: { drop: ["ALL"] } },
      stopTimeout: 60,
      portMappings: [{ containerPort: 8000, hostPort: 8000, protocol: "tcp" }],
      mountPoints: [{ sourceVolume: "tmp", containerPath: "/tmp", readOnly: false }],
    });
    expect(containerOf(only(taskDefinitionType)).command).toBeUndefined();
    expect(only(taskDefinitionType).inputs["volumes"]).toEqual([{ name: "tmp" }]);
  });

  it("keeps serving when the log service is slow", async () => {
    const { only } = await planService();
    expect(containerOf(only(taskDefinitionType))["logConfiguration"]).toEqual({
      logDriver: "awslogs",
      options: {
        "awslogs-group": "/portal-production/api/green",
        "awslogs-region": "ap-southeast-2",
        "awslogs-stream-prefix": "green",
        mode: "non-blocking",
        "max-buffer-size": "25m",
      },
    });
  });

  it("asks itself for its health in Python, on its own port and path", async () => {
    const { only } = await planService({ containerPort: 9000, healthCheckPath: "/ready" });
    expect(containerOf(only(taskDefinitionType))["healthCheck"]).toEqual({
      command: [
        "CMD",
        "python",
        "-c",
        'import tempfile, urllib.request; tempfile.TemporaryFile().close(); urllib.request.urlopen("http://127.0.0.1:9000/ready", timeout=8)',
      ],
      interval: 30,
      timeout: 10,
      retries: 3,
      startPeriod: 60,
    });
  });

  it("is told the portal's settings, the server's and its own release, and no password", async () => {
    const { only } = await planService();
    const container = containerOf(only(taskDefinitionType));
    expect(environmentOf(container)).toEqual({
      ...environment,
      ALLOWED_ORIGINS: '["https://celebrant-portal.com"]',
      DATABASE_IAM_AUTH: "true",
      DATABASE_SSLMODE: "verify-full",
      DEBUG: "false",
      FORWARDED_ALLOW_IPS: "10.20.0.0/16,173.245.48.0/20",
      HOME: "/tmp",
      PORT: "8000",
      PYTHONDONTWRITEBYTECODE: "1",
      PYTHONUNBUFFERED: "1",
      RELEASE_COLOUR: "green",
      RELEASE_DIGEST: digest,
      UVICORN_HOST: "0.0.0.0",
      UVICORN_PORT: "8000",
      UVICORN_TIMEOUT_GRACEFUL_SHUTDOWN: "50",
      UVICORN_TIMEOUT_KEEP_ALIVE: "310",
      WEB_CONCURRENCY: "1",
    });
    const names = container.environment.map(({ name }) => name);
    expect(names).toEqual([...names].sort());
    expect(names.filter((name) => /PASSWORD|SECRET|TOKEN/.test(name))).toEqual([]);
    expect(container["secrets"]).toEqual(serviceArgs.secrets);
  });

  it("refuses a name that is a variable and a secret at once", async () => {
    await expect(planService({ secrets: [{ name: "DEBUG", valueFrom: "arn" }] })).rejects.toThrow(
      "DEBUG is both a secret and an environment variable of the container. ECS refuses such a task definition: rename the entry of applicationSecrets.",
    );
  });
});

describe("ColourService task definition", () => {
  it("is a Fargate task of the configured size and roles", async () => {
    const { only } = await planService();
    expect(only(taskDefinitionType).inputs).toMatchObject({
      family: "portal-production-green",
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "512",
      memory: "1024",
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: "X86_64" },
      executionRoleArn: serviceArgs.executionRoleArn,
      taskRoleArn: serviceArgs.taskRoleArn,
      tags: { ...testTags, Name: "portal-production-green" },
    });
  });
});

describe("ColourService service", () => {
  it("replaces tasks without a gap, rolls a failed deployment back and waits for the outcome", async () => {
    const { only } = await planService();
    expect(only(serviceType).inputs).toEqual({
      name: "portal-production-green",
      cluster: serviceArgs.clusterArn,
      taskDefinition: only(taskDefinitionType).outputs["arn"],
      launchType: "FARGATE",
      platformVersion: "LATEST",
      desiredCount: 2,
      deploymentMinimumHealthyPercent: 100,
      deploymentMaximumPercent: 200,
      deploymentCircuitBreaker: { enable: true, rollback: true },
      availabilityZoneRebalancing: "ENABLED",
      healthCheckGracePeriodSeconds: 60,
      waitForSteadyState: true,
      loadBalancers: serviceArgs.targetGroupArns.map((targetGroupArn) => {
        return { targetGroupArn, containerName: "api", containerPort: 8000 };
      }),
      networkConfiguration: {
        subnets: ["subnet-a", "subnet-b", "subnet-c"],
        securityGroups: ["sg-api"],
        assignPublicIp: false,
      },
      enableExecuteCommand: false,
      enableEcsManagedTags: true,
      propagateTags: "SERVICE",
      tags: { ...testTags, Name: "portal-production-green" },
    });
  });

  it("leaves the number of tasks to autoscaling", async () => {
    const { only } = await planService();
    expect(only(serviceType).ignoreChanges).toEqual(["desiredCount"]);
    expect(only(targetType).inputs).toEqual({
      serviceNamespace: "ecs",
      scalableDimension: "ecs:service:DesiredCount",
      resourceId: "service/portal/portal-production-green",
      minCapacity: 2,
      maxCapacity: 6,
      suspendedState: { dynamicScalingInSuspended: true },
      tags: { ...testTags, Name: "portal-production-green" },
    });
  });

  it("keeps CPU at 60 % and memory at 70 %", async () => {
    const { all } = await planService();
    expect(
      all(policyType).map(({ inputs }) => [inputs["resourceId"], inputs["targetTrackingScalingPolicyConfiguration"]]),
    ).toEqual(
      [
        ["ECSServiceAverageCPUUtilization", 60],
        ["ECSServiceAverageMemoryUtilization", 70],
      ].map(([predefinedMetricType, targetValue]) => [
        "service/portal/portal-production-green",
        {
          predefinedMetricSpecification: { predefinedMetricType },
          targetValue,
          scaleOutCooldown: 60,
          scaleInCooldown: 300,
        },
      ]),
    );
  });

  it("starts no task before what it depends on exists", async () => {
    const { resources } = await planProgram(() => {
      const later = pulumi.output(new Promise<number>((resolve) => setTimeout(() => resolve(7), 100)));
      const rule = new LogGroup("late-rule", { retentionInDays: later });
      new ColourService(testName, { ...serviceArgs, dependsOn: [rule] });
      return {};
    });
    const order = resources.map(({ type, name }) => (name === "late-rule" ? name : type));
    expect(order.indexOf("late-rule")).toBeGreaterThan(order.indexOf(taskDefinitionType));
    expect(order.indexOf(serviceType)).toBeGreaterThan(order.indexOf("late-rule"));
  });
});

describe("ColourService outputs", () => {
  it("tells what runs", async () => {
    const { only, outputs } = await planService();
    expect(outputs).toEqual({
      serviceName: "portal-production-green",
      taskDefinitionArn: only(taskDefinitionType).outputs["arn"],
      image,
    });
  });

  it("has room for both colours in one stack", async () => {
    const { all, resources } = await planProgram(() => {
      for (const colour of colours) new ColourService(testName, { ...serviceArgs, colour });
      return {};
    });
    expect(all(serviceType).map(({ name }) => name)).toEqual(["portal-production-blue", "portal-production-green"]);
    const components = resources.filter(({ type }) => type === "celebrant:api:ColourService");
    expect(components.map(({ name }) => name)).toEqual(["portal-production-blue", "portal-production-green"]);
    const parents = components.map(({ urn }) => urn);
    const children = resources.filter(({ custom, type }) => custom && !type.startsWith("pulumi:"));
    expect(children).toHaveLength(10);
    expect(children.every(({ parentUrn }) => parents.includes(parentUrn ?? ""))).toBe(true);
  });
});
