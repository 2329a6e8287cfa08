/** Mutations of images, task definitions, services and the cluster. */
import {
  cluster,
  imageLifecycle,
  imageRepository,
  role,
  securityGroup,
  service,
  subnet,
  taskDefinition,
} from "../../../policies/kinds.ts";
import {
  append,
  type Mutation,
  notCaught,
  outputOf,
  production,
  remove,
  replaceText,
  set,
  setOption,
  the,
  unset,
} from "./mutation.ts";
import { capacityProviders } from "./types.ts";

const repository = the(imageRepository, "api");
const blue = the(taskDefinition, "blue");
const green = the(taskDefinition, "green");
const migrate = the(taskDefinition, "green-migrate");
const tunnel = the(taskDefinition, "tunnel");
const blueService = the(service, "blue");
const greenService = the(service, "green");
const container = "containerDefinitions[0]";

export const imageMutations: readonly Mutation[] = [
  set(repository, "imageTagMutability", "MUTABLE", "ecr-immutable-tags"),
  unset(repository, "imageTagMutability", "ecr-immutable-tags"),
  set(repository, "imageScanningConfiguration.scanOnPush", false, "ecr-scan-on-push"),
  unset(repository, "imageScanningConfiguration", "ecr-scan-on-push"),
  set(repository, "forceDelete", true, "protected-in-production", production),
  setOption(repository, { protect: false }, "protected-in-production", production),
  remove(the(imageLifecycle, "api"), "ecr-lifecycle"),
  set(the(imageLifecycle, "api"), "policy.rules[1].selection.countNumber", 1, "ecr-keeps-releases"),
];

export const taskMutations: readonly Mutation[] = [
  replaceText(green, `${container}.image`, ["@sha256:", ":latest-"], "ecs-image-by-digest"),
  set(migrate, `${container}.image`, "public.ecr.aws/docker/library/python:3.13", "ecs-image-by-digest"),
  set(blue, `${container}.image`, `docker.io/library/portal@sha256:${"a".repeat(64)}`, "ecs-own-registry"),
  set(
    green,
    `${container}.image`,
    `999999999999.dkr.ecr.ap-southeast-2.amazonaws.com/portal@sha256:${"b".repeat(64)}`,
    "ecs-own-registry",
  ),
  replaceText(tunnel, `${container}.image`, ["amazonlinux/amazonlinux", "somebody/bastion"], "ecs-own-registry"),
  replaceText(tunnel, `${container}.image`, ["@sha256:", ":2023-"], "ecs-image-by-digest"),
  append(tunnel, `${container}.environment`, { name: "PGPASSWORD", value: "hunter2" }, "ecs-no-plain-secrets"),
  unset(blue, `${container}.image`, "ecs-image-by-digest"),
  unset(green, `${container}.logConfiguration`, "ecs-log-configuration"),
  set(green, `${container}.logConfiguration.logDriver`, "none", "ecs-log-configuration"),
  set(green, `${container}.privileged`, true, "ecs-non-privileged"),
  set(blue, `${container}.user`, "root", "ecs-non-root-user"),
  set(blue, `${container}.user`, "0:10001", "ecs-non-root-user"),
  unset(migrate, `${container}.user`, "ecs-non-root-user"),
  set(green, `${container}.readonlyRootFilesystem`, false, "ecs-read-only-root"),
  unset(blue, `${container}.readonlyRootFilesystem`, "ecs-read-only-root"),
  append(green, `${container}.environment`, { name: "STRIPE_SECRET_KEY", value: "x" }, "ecs-no-plain-secrets"),
  append(
    green,
    `${container}.environment`,
    { name: "DATABASE_URL", value: "postgresql://portal:hunter2@db/portal" },
    "ecs-no-plain-secrets",
  ),
  append(
    green,
    `${container}.environment`,
    { name: "PAYMENTS", value: "sk_live_51H8abcdefghijklmnopqrst" },
    "ecs-no-plain-secrets",
  ),
  append(
    blue,
    `${container}.environment`,
    { name: "CONFIG", value: "-----BEGIN RSA PRIVATE KEY-----\nMIIEow" },
    "ecs-no-plain-secrets",
  ),
  append(
    blue,
    `${container}.environment`,
    { name: "BLOB", value: "kJ8s0f9Xq2LmZpR7vT4wYbN1cHdG6uEa3iOxQzWsVtUy" },
    "ecs-no-plain-secrets",
  ),
  append(
    migrate,
    `${container}.environment`,
    { name: "AWS_ID", value: "AKIAIOSFODNN7EXAMPLE" },
    "ecs-no-plain-secrets",
  ),
  set(green, `${container}.environment[DATABASE_SSLMODE].value`, "disable", "ecs-database-tls"),
  set(blue, `${container}.environment[DATABASE_SSLMODE].value`, "require", "ecs-database-tls"),
  unset(migrate, `${container}.environment[DATABASE_SSLMODE]`, "ecs-database-tls"),
  set(green, `${container}.environment[DATABASE_IAM_AUTH].value`, "false", "ecs-no-open-settings"),
  set(green, `${container}.environment[DEBUG].value`, "true", "ecs-no-debug", production),
  set(green, `${container}.environment[ALLOWED_ORIGINS].value`, '["*"]', "ecs-no-open-settings"),
  set(green, `${container}.environment[FORWARDED_ALLOW_IPS].value`, "*", "ecs-no-open-settings"),
  set(green, `${container}.environment[DATABASE_USER].value`, "celebrant_migrator", "ecs-serving-never-migrator"),
  unset(green, `${container}.linuxParameters.capabilities`, "ecs-no-capabilities"),
  set(green, `${container}.linuxParameters.capabilities.add`, ["SYS_PTRACE"], "ecs-no-capabilities"),
  set(blue, `${container}.linuxParameters.capabilities.drop`, [], "ecs-no-capabilities"),
  append(blue, "containerDefinitions", { name: "sidecar", image: "datadog/agent:latest" }, "ecs-image-by-digest"),
  set(green, `${container}.stopTimeout`, 110, "rollout-drain-outlasts-stop"),
  set(blue, "networkMode", "host", "ecs-isolated"),
  set(green, "pidMode", "task", "ecs-isolated"),
  set(green, "pidMode", "host", "ecs-isolated"),
  set(blue, "ipcMode", "host", "ecs-isolated"),
  set(green, "requiresCompatibilities", ["EC2"], "ecs-isolated"),
  append(blue, "volumes", { name: "docker", hostPath: "/var/run/docker.sock" }, "ecs-isolated"),
  append(
    blue,
    "volumes",
    { name: "files", efsVolumeConfiguration: { fileSystemId: "fs-1", transitEncryption: "DISABLED" } },
    "ecs-file-systems-encrypted",
  ),
  set(green, "taskRoleArn", outputOf(the(role, "migrator")), "ecs-serving-never-migrator"),
  set(green, "taskRoleArn", outputOf(the(role, "rollback")), "ecs-task-role-fits-database-user"),
  set(blue, "executionRoleArn", outputOf(the(role, "migrator")), "ecs-roles-apart"),
  set(migrate, "taskRoleArn", outputOf(the(role, "task")), "ecs-serving-never-migrator"),
  set(green, "enableFaultInjection", true, "ecs-isolated"),
];

/** Secrets and addresses of the database in the other places of a container's definition. */
export const writtenMutations: readonly Mutation[] = [
  set(green, `${container}.command`, ["serve", "--token", `ghp_${"a1B2c3".repeat(6)}`], "ecs-no-plain-secrets"),
  set(green, `${container}.command`, ["sh", "-c", "DB_PASSWORD=hunter2 exec serve"], "ecs-no-plain-secrets"),
  set(
    migrate,
    `${container}.entryPoint`,
    ["sh", "-c", "curl https://user:hunter2@example.com"],
    "ecs-no-plain-secrets",
  ),
  set(blue, `${container}.dockerLabels`, { "com.example.api-key": "x" }, "ecs-no-plain-secrets"),
  set(blue, `${container}.dockerLabels`, { note: `AKIA${"IOSFODNN7EXAMPLE"}` }, "ecs-no-plain-secrets"),
  append(
    blue,
    `${container}.environment`,
    { name: "HASH", value: `${"0f".repeat(8)}1e2d3c4b5a697887` },
    "ecs-no-plain-secrets",
  ),
  append(
    green,
    `${container}.environment`,
    { name: "SESSION", value: `eyJhbGciOiJIUzI1NiJ9eyJ.eyJzdWIiOiIxMjM0NTY3ODkwIn0.${"sig0".repeat(9)}` },
    "ecs-no-plain-secrets",
  ),
  ...["disable", "allow", "prefer", "require", "verify-ca"].map((mode) =>
    append(
      green,
      `${container}.environment`,
      { name: "REPORTS_URL", value: `postgresql://reader@db/portal?sslmode=${mode}` },
      "ecs-database-tls",
    ),
  ),
  set(migrate, `${container}.command`, ["psql", "host=db sslmode=disable", "-f", "schema.sql"], "ecs-database-tls"),
  append(blue, `${container}.environment`, { name: "SECRET_KEY", value: "x" }, "ecs-no-plain-secrets"),
  set(green, `${container}.environment[FORWARDED_ALLOW_IPS].value`, "0.0.0.0/1,128.0.0.0/1", "ecs-no-open-settings"),
  set(blue, `${container}.image`, `public.ecr.aws/portal/api@sha256:${"a".repeat(64)}`, "ecs-own-registry"),
];

export const clusterMutations: readonly Mutation[] = [
  set(the(cluster, "api"), "settings[containerInsights].value", "disabled", "ecs-container-insights"),
  unset(the(cluster, "api"), "settings", "ecs-container-insights"),
  set(
    the(capacityProviders, "api"),
    "capacityProviders",
    ["FARGATE_SPOT"],
    notCaught("The services name their launch type, and Spot tasks would only be stopped more often."),
  ),
  set(blueService, "platformVersion", "1.3.0", "ecs-latest-platform"),
  set(greenService, "networkConfiguration.assignPublicIp", true, "ecs-no-public-ip"),
  set(blueService, "enableExecuteCommand", true, "ecs-no-shell"),
  set(greenService, "launchType", "EC2", "ecs-on-fargate"),
  set(
    greenService,
    "networkConfiguration.subnets",
    [outputOf(the(subnet, "public-a"), "id"), outputOf(the(subnet, "public-b"), "id")],
    "ecs-no-internet-gateway",
  ),
  set(blueService, "networkConfiguration.subnets", [outputOf(the(subnet, "private-a"), "id")], "ecs-several-zones"),
  set(
    blueService,
    "networkConfiguration.securityGroups",
    [outputOf(the(securityGroup, "balancer"), "id")],
    "network-one-group-per-tier",
  ),
  set(
    greenService,
    "networkConfiguration.securityGroups",
    ["sg-1"],
    notCaught("A group that the plan does not hold cannot be judged; AWS refuses one of another network."),
  ),
];
