import { Cluster } from "@pulumi/aws/ecs/cluster.js";
import { ClusterCapacityProviders } from "@pulumi/aws/ecs/clusterCapacityProviders.js";
import type * as pulumi from "@pulumi/pulumi";
import type { Tags } from "../tags.ts";

/**
 * A Fargate-only cluster.
 *
 * Container Insights is `enabled` and not `enhanced`: it satisfies FSBP ECS.12, while the enhanced form charges for each
 * task and container, and the memory alarm (guide A4) reads the service's own metric, which costs nothing. Spot capacity
 * is left out: a reclaimed task would look like a failing candidate.
 */
export function createEcsCluster(name: string, tags: Tags, parent: pulumi.Resource): Cluster {
  const cluster = new Cluster(
    `${name}-api`,
    { settings: [{ name: "containerInsights", value: "enabled" }], tags: { ...tags, Name: `${name}-api` } },
    { parent },
  );
  new ClusterCapacityProviders(
    `${name}-api`,
    {
      clusterName: cluster.name,
      capacityProviders: ["FARGATE"],
      // One-off tasks started by hand run on Fargate without having to say so.
      defaultCapacityProviderStrategies: [{ capacityProvider: "FARGATE", weight: 1 }],
    },
    { parent },
  );
  return cluster;
}
