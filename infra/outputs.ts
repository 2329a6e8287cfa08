import * as pulumi from "@pulumi/pulumi";
import { byColour } from "../rollout/colour.ts";
import { nextRecord } from "../rollout/next-record.ts";
import { observeRollout, type RolloutAnswers } from "./rollout/observed-rollout.ts";
import type { Delivery } from "./stack/delivery.ts";
import type { Foundation } from "./stack/foundation.ts";
import type { Service } from "./stack/service.ts";
import type { StackContext, StackRequest } from "./stack/stack-context.ts";
import type { Watching } from "./stack/watching.ts";
import type { WrittenOutputs } from "./stack-outputs.ts";

/** The parts that outputs are read from. */
export interface StackParts {
  readonly foundation: Foundation;
  readonly delivery: Delivery;
  readonly service: Service;
  readonly watching: Watching;
}

/**
 * What the stack tells the world: the rollout's record, the endpoints, and by ARN or name everything that the CLI works
 * with. It holds no secret.
 */
export function stackOutputs(
  request: StackRequest,
  context: StackContext,
  parts: StackParts,
  answers: pulumi.Output<RolloutAnswers>,
): Omit<WrittenOutputs, "readme"> {
  const { foundation, delivery, service, watching } = parts;
  const { traffic } = delivery;
  const { hosts } = request.config;
  return {
    rollout: answers.apply((answered) =>
      nextRecord(request.previous, observeRollout(answered), request.now, request.override),
    ),
    endpoints: {
      api: `https://${hosts.api}`,
      candidateApi: `https://${hosts.candidateApi}`,
      frontend: `https://${hosts.frontend}`,
    },
    region: request.config.aws.region,
    accountId: request.accountId,
    dnsZone: { name: request.config.dns.zone, id: request.zoneId },
    loadBalancerArn: traffic.loadBalancerArn,
    publicRuleArn: traffic.publicRule.arn,
    candidateRuleArn: traffic.candidateRule.arn,
    targetGroupArns: byColour((colour) => traffic.targetGroups[colour].arn),
    compositeAlarmNames: byColour((colour) => watching.colourAlarms[colour].compositeAlarmName),
    watchedAlarmNames: {
      ...byColour((colour) => watching.colourAlarms[colour].watchedAlarmNames),
      shared: pulumi
        .all([watching.sharedAlarms.watchedAlarmNames, watching.rollback.watchedAlarmNames])
        .apply((names) => names.flat()),
    },
    rollbackStateMachineArn: watching.rollback.stateMachineArn,
    latchParameterName: watching.rollback.latchParameterName,
    alertTopicArn: foundation.alertTopicArn,
    metricNamespace: context.metricNamespace,
    dashboardName: watching.dashboard.dashboardName,
    imageRepositoryUrl: service.registry.repositoryUrl,
    clusterArn: service.platform.clusterArn,
    serviceNames: byColour((colour) => service.colours[colour]?.service.serviceName ?? null),
    taskDefinitionArns: byColour((colour) => service.colours[colour]?.service.taskDefinitionArn ?? null),
    oneOffTaskDefinitionArns: byColour((colour) => service.colours[colour]?.tasks.taskDefinitionArns ?? null),
    privateSubnetIds: foundation.network.privateSubnetIds,
    apiSecurityGroupId: service.platform.securityGroupId,
    databaseInstanceIdentifier: foundation.database.instanceIdentifier,
    databaseAddress: foundation.database.address,
    uploadsBucketName: foundation.uploads.bucketName,
  };
}
