import { describe, expect, it } from "vitest";
import { OneOffTasks, type OneOffTasksArgs } from "../../../components/api/one-off-tasks.ts";
import { planProgram, testName, testTags } from "../../support/plan-component.ts";
import { containerOf, environmentOf } from "./containers.ts";
import { environment, image } from "./service-args.ts";

const taskDefinitionType = "aws:ecs/taskDefinition:TaskDefinition";

/** How a task starts: a role of its own, and these secrets. */
function start(task: string, ...names: string[]) {
  return {
    executionRoleArn: `arn:aws:iam::123456789012:role/${task}-execution`,
    secrets: names.map((name) => ({ name, valueFrom: `arn:aws:secretsmanager:::secret:${name}` })),
  };
}

const seed = start("seed", "SEED_TOKEN");

const taskArgs: OneOffTasksArgs = {
  image,
  environment,
  migrate: start("migrate", "LICENSE_KEY"),
  integrity: start("integrity"),
  databaseUserNames: { application: "prod_user", migrator: "celebrant_migrator", readOnly: "celebrant_readonly" },
  taskRoleArn: "arn:aws:iam::123456789012:role/task",
  migratorTaskRoleArn: "arn:aws:iam::123456789012:role/migrator",
  integrityTaskRoleArn: "arn:aws:iam::123456789012:role/integrity",
  cpuUnits: 256,
  memoryMib: 512,
  logGroupName: "/portal-production/api/one-off-tasks",
  region: "ap-southeast-2",
  tags: testTags,
};

function planTasks(changes: Partial<OneOffTasksArgs> = {}) {
  return planProgram(() => ({ arns: new OneOffTasks(testName, { ...taskArgs, ...changes }).taskDefinitionArns }));
}

describe("OneOffTasks", () => {
  it.each([
    ["migrate", "alembic upgrade head", "celebrant_migrator", "migrator"],
    ["integrity", "python scripts/verify_data_integrity.py", "celebrant_readonly", "integrity"],
    ["seed", "python scripts/seed_staging_data.py", "prod_user", "task"],
  ])("%s runs `%s` as %s", async (task, command, user, role) => {
    const { only } = await planTasks({ seed });
    const definition = only(taskDefinitionType, `portal-production-${task}`);
    const container = containerOf(definition);
    expect(container.command?.join(" ")).toBe(command);
    expect(environmentOf(container)["DATABASE_USER"]).toBe(user);
    expect(definition.inputs["taskRoleArn"]).toBe(`arn:aws:iam::123456789012:role/${role}`);
    expect(definition.inputs["tags"]).toEqual({ ...testTags, Name: `portal-production-${task}` });
    expect(container["logConfiguration"]).toMatchObject({
      options: { "awslogs-group": "/portal-production/api/one-off-tasks", "awslogs-stream-prefix": task },
    });
  });

  it("runs the given image, hardened as the service is, but serves nothing", async () => {
    const { only } = await planTasks();
    const container = containerOf(only(taskDefinitionType, "portal-production-migrate"));
    expect(container).toMatchObject({
      image,
      user: "10001:10001",
      readonlyRootFilesystem: true,
      stopTimeout: 120,
    });
    expect(container).not.toHaveProperty("portMappings");
    expect(container).not.toHaveProperty("healthCheck");
  });

  it("starts each task with its own secrets, by its own role", async () => {
    const { all } = await planTasks({ seed });
    expect(
      all(taskDefinitionType).map((definition) => [
        definition.inputs["executionRoleArn"],
        containerOf(definition)["secrets"],
      ]),
    ).toEqual([
      ["arn:aws:iam::123456789012:role/migrate-execution", taskArgs.migrate.secrets],
      ["arn:aws:iam::123456789012:role/integrity-execution", []],
      ["arn:aws:iam::123456789012:role/seed-execution", seed.secrets],
    ]);
  });

  it("cannot seed where seeding is not asked for", async () => {
    const { all, outputs } = await planTasks();
    expect(all(taskDefinitionType).map(({ name }) => name)).toEqual([
      "portal-production-migrate",
      "portal-production-integrity",
    ]);
    expect(Object.keys(outputs["arns"] as object)).toEqual(["migrate", "integrity"]);
  });

  it("names each task definition in its outputs", async () => {
    const { only, outputs } = await planTasks({ seed });
    expect(outputs["arns"]).toEqual(
      Object.fromEntries(
        ["migrate", "integrity", "seed"].map((task) => [
          task,
          only(taskDefinitionType, `portal-production-${task}`).outputs["arn"],
        ]),
      ),
    );
  });
});
