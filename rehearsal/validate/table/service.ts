import type { CallTable } from "../call-rule.ts";

/** Where a service says how its tasks are replaced. */
const deploymentNames = {
  deploymentCircuitBreaker: "deploymentConfiguration.deploymentCircuitBreaker",
  deploymentMaximumPercent: "deploymentConfiguration.maximumPercent",
  deploymentMinimumHealthyPercent: "deploymentConfiguration.minimumHealthyPercent",
};

/** Containers, images and their scaling. */
export const serviceCalls: CallTable = {
  "aws:ecr/repository:Repository": {
    calls: [{ service: "ecr", operation: "CreateRepository", names: { name: "repositoryName" } }],
    unsent: { forceDelete: "The provider reads it when it deletes the resource." },
  },
  "aws:ecr/lifecyclePolicy:LifecyclePolicy": {
    calls: [
      {
        service: "ecr",
        operation: "PutLifecyclePolicy",
        names: { repository: "repositoryName", policy: "lifecyclePolicyText" },
      },
    ],
  },
  "aws:ecs/cluster:Cluster": {
    calls: [{ service: "ecs", operation: "CreateCluster", names: { name: "clusterName" } }],
  },
  "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": {
    calls: [{ service: "ecs", operation: "PutClusterCapacityProviders", names: { clusterName: "cluster" } }],
  },
  "aws:ecs/taskDefinition:TaskDefinition": {
    calls: [{ service: "ecs", operation: "RegisterTaskDefinition" }],
    answers: (read) => ({ arn: read("taskDefinition.taskDefinitionArn") }),
    update: "replace",
    remove: [
      {
        service: "ecs",
        operation: "DeregisterTaskDefinition",
        sets: (_take, { outputs }) => ({ taskDefinition: outputs["arn"] }),
      },
    ],
  },
  "aws:ecs/service:Service": {
    calls: [
      {
        service: "ecs",
        operation: "CreateService",
        names: {
          name: "serviceName",
          networkConfiguration: "networkConfiguration.awsvpcConfiguration",
          ...deploymentNames,
        },
      },
    ],
    update: [
      {
        service: "ecs",
        operation: "UpdateService",
        inputs: [
          "desiredCount",
          "taskDefinition",
          "networkConfiguration",
          "platformVersion",
          "healthCheckGracePeriodSeconds",
          "loadBalancers",
          "enableExecuteCommand",
          "enableEcsManagedTags",
          "propagateTags",
          "availabilityZoneRebalancing",
          ...Object.keys(deploymentNames),
        ],
        names: { networkConfiguration: "networkConfiguration.awsvpcConfiguration", ...deploymentNames },
        sets: (_take, { inputs }) => ({ service: inputs["name"], cluster: inputs["cluster"] }),
      },
    ],
    remove: [
      {
        service: "ecs",
        operation: "DeleteService",
        sets: (_take, { inputs }) => ({ service: inputs["name"], cluster: inputs["cluster"], force: true }),
      },
    ],
    unsent: { waitForSteadyState: "The provider waits by it." },
  },
  "aws:appautoscaling/target:Target": {
    calls: [{ service: "application-autoscaling", operation: "RegisterScalableTarget" }],
  },
  "aws:appautoscaling/policy:Policy": {
    calls: [{ service: "application-autoscaling", operation: "PutScalingPolicy", names: { name: "PolicyName" } }],
  },
};
