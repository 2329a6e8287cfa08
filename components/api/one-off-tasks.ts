import * as pulumi from "@pulumi/pulumi";
import type { OneOffTask } from "../../rollout/one-off-task.ts";
import type { Tags } from "../tags.ts";
import type { ContainerSecret } from "./container-definition.ts";
import { type CpuArchitecture, createTaskDefinition } from "./task-definition.ts";
import type { DatabaseUserNames } from "./task-roles.ts";

/** Arguments of {@link OneOffTasks}. */
export interface OneOffTasksArgs {
  /** Image by digest: the candidate's, else the live colour's. Without one no task definition exists. */
  readonly image: pulumi.Input<string> | undefined;
  /** Whether the seeding task exists. It writes made-up couples and invoices: staging only. */
  readonly seed: boolean;
  /** What the API must be told; `DATABASE_USER` is replaced by each task's own role. */
  readonly environment: Readonly<Record<string, pulumi.Input<string>>>;
  /** Secrets, because the application's settings are loaded by its scripts too. */
  readonly secrets: readonly ContainerSecret[];
  readonly databaseUserNames: DatabaseUserNames;
  readonly executionRoleArn: pulumi.Input<string>;
  /** Role of the API, for seeding. */
  readonly taskRoleArn: pulumi.Input<string>;
  readonly migratorTaskRoleArn: pulumi.Input<string>;
  readonly integrityTaskRoleArn: pulumi.Input<string>;
  /** CPU units of a task, 1024 to the vCPU; together with `memoryMib` a size that Fargate offers. */
  readonly cpuUnits: number;
  /** Memory of a task, MiB. */
  readonly memoryMib: number;
  /** Processor that the image was built for. Default `X86_64`. */
  readonly cpuArchitecture?: CpuArchitecture;
  /** Log group; the streams of a task begin with its name. */
  readonly logGroupName: pulumi.Input<string>;
  readonly region: string;
  readonly tags: Tags;
}

/** Seconds that a stopped task may take, the most that Fargate grants: a migration must end its transaction. */
const stopTimeoutSeconds = 120;

/**
 * Task definitions of what runs once, from the image that is about to serve: migrations as the owner of the schema, seed
 * data as the application, integrity checks as a reader. Started by `npm run rollout -- task`, in the private subnets and
 * the security group of the API.
 */
export class OneOffTasks extends pulumi.ComponentResource {
  /** ARN of each task definition by task; empty without an image. */
  public readonly taskDefinitionArns: Readonly<Partial<Record<OneOffTask, pulumi.Output<string>>>>;

  constructor(name: string, args: OneOffTasksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:OneOffTasks", name, {}, opts);
    const { image } = args;
    this.taskDefinitionArns = image === undefined ? {} : this.#createTasks(name, image, args);
    this.registerOutputs({ taskDefinitionArns: this.taskDefinitionArns });
  }

  #createTasks(name: string, image: pulumi.Input<string>, args: OneOffTasksArgs) {
    const create = (
      task: OneOffTask,
      command: readonly string[],
      databaseUser: string,
      taskRoleArn: pulumi.Input<string>,
    ) =>
      createTaskDefinition(
        `${name}-${task}`,
        {
          ...args,
          taskRoleArn,
          container: {
            ...args,
            image,
            command,
            environment: { ...args.environment, DATABASE_USER: databaseUser },
            logStreamPrefix: task,
            stopTimeoutSeconds,
            enableExecuteCommand: false,
          },
        },
        this,
      ).arn;
    const users = args.databaseUserNames;
    return {
      migrate: create("migrate", ["alembic", "upgrade", "head"], users.migrator, args.migratorTaskRoleArn),
      integrity: create(
        "integrity",
        ["python", "scripts/verify_data_integrity.py"],
        users.readOnly,
        args.integrityTaskRoleArn,
      ),
      ...(args.seed
        ? { seed: create("seed", ["python", "scripts/seed_staging_data.py"], users.application, args.taskRoleArn) }
        : {}),
    };
  }
}
