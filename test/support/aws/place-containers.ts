import {
  type ContainerDefinition,
  CreateClusterCommand,
  CreateServiceCommand,
  DeleteServiceCommand,
  DeregisterTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { AwsClients } from "./aws-clients.ts";
import { assignedText, type Placed, type Placings, tagList, textOutput } from "./placing.ts";

/** Cluster, task definitions and services. moto starts no container and registers no target. */
export const containerPlacings: Placings = {
  "aws:ecs/cluster:Cluster": {
    async create({ containers }, resource) {
      const settings = resource.inputs["settings"] as { name: "containerInsights"; value: string }[];
      await containers.send(
        new CreateClusterCommand({ clusterName: textOutput(resource, "name"), settings, tags: lowerTags(resource) }),
      );
      return undefined;
    },
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    create: register,
    // The provider replaces the revision; the planned ARN then stands for the new one.
    async update(clients, resource) {
      const assigned = await register(clients, resource);
      await deregister(clients, resource);
      return assigned;
    },
    remove: deregister,
  },
  "aws:ecs/service:Service": {
    async create({ containers }, resource) {
      const {
        name,
        cluster,
        desiredCount,
        taskDefinition,
        launchType,
        platformVersion,
        healthCheckGracePeriodSeconds,
      } = resource.inputs as Record<string, never>;
      await containers.send(
        new CreateServiceCommand({
          serviceName: name,
          cluster,
          desiredCount,
          taskDefinition,
          launchType,
          platformVersion,
          healthCheckGracePeriodSeconds,
          loadBalancers: resource.inputs["loadBalancers"] as { targetGroupArn: string }[],
          networkConfiguration: network(resource),
          tags: lowerTags(resource),
        }),
      );
      // moto counts a service's tasks as running only once it was updated.
      await containers.send(new UpdateServiceCommand({ cluster, service: name, desiredCount }));
      return undefined;
    },
    // Without the number of tasks: autoscaling owns it, and the program ignores its changes.
    async update({ containers }, resource) {
      const { name, cluster, taskDefinition } = resource.inputs as Record<string, string>;
      await containers.send(
        new UpdateServiceCommand({ cluster, service: name, taskDefinition, networkConfiguration: network(resource) }),
      );
      return undefined;
    },
    async remove({ containers }, { inputs }) {
      const { name, cluster } = inputs as Record<string, string>;
      await containers.send(new DeleteServiceCommand({ cluster, service: name, force: true }));
    },
  },
};

async function register({ containers }: AwsClients, resource: Placed) {
  const inputs = resource.inputs as Record<string, never>;
  const { taskDefinition } = await containers.send(
    new RegisterTaskDefinitionCommand({
      family: inputs["family"],
      cpu: inputs["cpu"],
      memory: inputs["memory"],
      networkMode: inputs["networkMode"],
      requiresCompatibilities: inputs["requiresCompatibilities"],
      runtimePlatform: inputs["runtimePlatform"],
      executionRoleArn: inputs["executionRoleArn"],
      taskRoleArn: inputs["taskRoleArn"],
      volumes: inputs["volumes"],
      containerDefinitions: JSON.parse(String(inputs["containerDefinitions"])) as ContainerDefinition[],
      tags: lowerTags(resource),
    }),
  );
  return { [textOutput(resource, "arn")]: assignedText(resource, taskDefinition?.taskDefinitionArn) };
}

async function deregister({ containers }: AwsClients, { outputs }: Placed): Promise<void> {
  await containers.send(new DeregisterTaskDefinitionCommand({ taskDefinition: String(outputs["arn"]) }));
}

function network({ inputs }: Placed) {
  const { subnets, securityGroups } = inputs["networkConfiguration"] as Record<string, string[]>;
  return { awsvpcConfiguration: { subnets, securityGroups, assignPublicIp: "DISABLED" as const } };
}

function lowerTags(resource: Placed): { key: string; value: string }[] {
  return tagList(resource).map(({ Key, Value }) => ({ key: Key, value: Value }));
}
