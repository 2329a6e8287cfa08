import * as pulumi from "@pulumi/pulumi";
import type { OneOffTask } from "../../rollout/one-off-tasks.ts";
import { service } from "../../service.ts";
import type { Scope, Tags } from "../scope.ts";
import type { DatabaseUserNames } from "./roles.ts";
import { type ApiTaskArgs, createTaskDefinition } from "./task-definition.ts";

/** How Fargate starts one task: the secrets that it gets, and the role that may read these and no others. */
type TaskStartArgs = Pick<ApiTaskArgs, "executionRoleArn" | "secrets">;

/**
 * Arguments of {@link OneOffTasks}. Each task replaces `DATABASE_USER` in the environment by its own PostgreSQL role.
 * `taskRoleArn` is the API's role, for seeding.
 */
export interface OneOffTasksArgs extends Omit<ApiTaskArgs, keyof TaskStartArgs> {
  readonly migrate: TaskStartArgs;
  readonly integrity: TaskStartArgs;
  /** Only where the seeding task exists. It writes made-up couples and invoices, so it is for staging only. */
  readonly seed?: TaskStartArgs | undefined;
  readonly databaseUserNames: DatabaseUserNames;
  readonly migratorTaskRoleArn: pulumi.Input<string>;
  readonly integrityTaskRoleArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/** Seconds that a stopped task may take, the most that Fargate grants. A migration must end its transaction. */
const stopTimeoutSeconds = 120;

/** What one task runs, and as whom. */
interface TaskVariation extends TaskStartArgs {
  readonly command: readonly string[];
  readonly databaseUser: string;
  readonly taskRoleArn: pulumi.Input<string>;
}

/**
 * Task definitions of what runs once from a colour's image: migrations as the owner of the schema, seed data as the
 * application, integrity checks as a reader. `npm run rollout -- task` starts them, in the private subnets and the
 * security group of the API.
 */
export class OneOffTasks extends pulumi.ComponentResource {
  /** ARN of each task definition by task; `seed` where it exists. */
  public readonly taskDefinitionArns: Readonly<Record<Exclude<OneOffTask, "seed">, pulumi.Output<string>>> & {
    readonly seed?: pulumi.Output<string>;
  };

  /** JSON of each task definition's containers by task, as the provider returned it. */
  public readonly containerDefinitions: Readonly<Partial<Record<OneOffTask, pulumi.Output<string>>>>;

  constructor(name: string, args: OneOffTasksArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:api:OneOffTasks", name, {}, opts);
    const scope: Scope = { name, parent: this, tags: args.tags };
    const taskDefinition = (task: OneOffTask, { databaseUser, ...variation }: TaskVariation) =>
      createTaskDefinition(scope, {
        ...args,
        ...variation,
        what: task,
        environment: { ...args.environment, DATABASE_USER: databaseUser },
        logStreamPrefix: task,
        stopTimeoutSeconds,
      });
    const users = args.databaseUserNames;
    const migrate = taskDefinition("migrate", {
      ...args.migrate,
      command: service.oneOffCommands.migrate,
      databaseUser: users.migrator,
      taskRoleArn: args.migratorTaskRoleArn,
    });
    const integrity = taskDefinition("integrity", {
      ...args.integrity,
      command: service.oneOffCommands.integrity,
      databaseUser: users.readOnly,
      taskRoleArn: args.integrityTaskRoleArn,
    });
    const seed =
      args.seed === undefined
        ? undefined
        : taskDefinition("seed", {
            ...args.seed,
            command: service.oneOffCommands.seed,
            databaseUser: users.application,
            taskRoleArn: args.taskRoleArn,
          });
    this.taskDefinitionArns = {
      migrate: migrate.arn,
      integrity: integrity.arn,
      ...(seed === undefined ? {} : { seed: seed.arn }),
    };
    this.containerDefinitions = {
      migrate: migrate.containerDefinitions,
      integrity: integrity.containerDefinitions,
      ...(seed === undefined ? {} : { seed: seed.containerDefinitions }),
    };
    this.registerOutputs({ taskDefinitionArns: this.taskDefinitionArns });
  }
}
