import { TaskDefinition } from "@pulumi/aws/ecs/taskDefinition.js";
import * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";
import { type ContainerSettings, containerDefinition } from "./container-definition.ts";
import { writableVolumes } from "./writable-volumes.ts";

/** Processor that an image was built for. */
export type CpuArchitecture = "X86_64" | "ARM64";

/** What a Fargate task of the API's image is made from. */
export interface ApiTaskArgs {
  readonly container: ContainerSettings;
  /** CPU units, 1024 to the vCPU. */
  readonly cpuUnits: number;
  readonly memoryMib: number;
  /** Default `X86_64`, what a plain `docker build` on most machines and CI runners makes. */
  readonly cpuArchitecture?: CpuArchitecture;
  readonly executionRoleArn: pulumi.Input<string>;
  readonly taskRoleArn: pulumi.Input<string>;
  readonly tags: Tags;
}

/**
 * A task definition with the one hardened container. The family is the logical name; every change registers the next
 * revision.
 */
export function createTaskDefinition(logicalName: string, args: ApiTaskArgs, parent: pulumi.Resource): TaskDefinition {
  return new TaskDefinition(
    logicalName,
    {
      family: logicalName,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: String(args.cpuUnits),
      memory: String(args.memoryMib),
      runtimePlatform: { operatingSystemFamily: "LINUX", cpuArchitecture: args.cpuArchitecture ?? "X86_64" },
      executionRoleArn: args.executionRoleArn,
      taskRoleArn: args.taskRoleArn,
      volumes: writableVolumes(args.container.enableExecuteCommand).map(({ name }) => ({ name })),
      containerDefinitions: pulumi.jsonStringify([containerDefinition(args.container)]),
      tags: { ...args.tags, Name: logicalName },
    },
    { parent },
  );
}
