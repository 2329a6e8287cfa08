import * as pulumi from "@pulumi/pulumi";
import type { Protection } from "../components/scope.ts";
import { candidateSince } from "../rollout/candidate-since.ts";
import { byColour } from "../rollout/colour.ts";
import type { WantedRollout } from "../rollout/move.ts";
import { nextRecord } from "../rollout/next-record.ts";
import { liftedParts, type ProtectedPart } from "../rollout/override.ts";
import type { RolloutRecord } from "../rollout/record.ts";
import type { LabelsByColour } from "../rollout/releases.ts";
import { lastPromote } from "../rollout/return.ts";
import { safeConnections } from "./database-in-force.ts";
import {
  latchParameter,
  metricNamespace,
  releasedFrontendParameter,
  rollbackAddressParameter,
  stageName,
  stageTags,
} from "./naming.ts";
import { originPullsOutput } from "./origin-pulls.ts";
import { askRollout, observeRollout, type RolloutAnswers, requireMoved } from "./rollout/observed-rollout.ts";
import { writeFingerprints } from "./rollout/secret-fingerprints.ts";
import { scheduleOf } from "./rollout/wanted.ts";
import { createDelivery, type Delivery } from "./stack/delivery.ts";
import { createFoundation, type Foundation } from "./stack/foundation.ts";
import { createService, type Service } from "./stack/service.ts";
import type { StackContext, StackRequest } from "./stack/stack-context.ts";
import { createWatching, type Watching } from "./stack/watching.ts";
import type { WrittenOutputs } from "./stack-outputs.ts";

/**
 * Composes a stage from its components, and waits until the rollout's have answered.
 *
 * @returns the stack's outputs
 * @throws {pulumi.RunError} when the rollout does not stand where the config wants it
 */
export async function createStack(request: StackRequest): Promise<Omit<WrittenOutputs, "readme">> {
  const { project, stage, config, accountId, zoneId, awsProvider, initialLatch } = request;
  const context: StackContext = {
    name: stageName(stage),
    stage,
    config,
    tags: stageTags(project, stage),
    protection: protectionOf(request),
    accountId,
    zoneId,
    database: {
      connections: safeConnections(request.databaseInForce),
      storageGib: request.databaseInForce.allocatedStorageGib,
    },
    options: { providers: [awsProvider], ...boundedRoles(request) },
    taskSettings: request.taskSettings,
    secrets: request.secrets,
    latchParameterName: latchParameter(project, stage).name,
    addressParameterName: rollbackAddressParameter(project, stage).name,
    releasedFrontendName: releasedFrontendParameter(project, stage),
    metricNamespace: metricNamespace(stage),
    initialLatch,
    ...addressAfter(request),
  };
  const foundation = createFoundation(context);
  const delivery = createDelivery(context, foundation);
  const service = createService(context, foundation, delivery);
  const watching = createWatching(context, foundation, delivery, service);
  const answers = askRollout({
    publicRule: delivery.traffic.publicRule,
    candidateRule: delivery.traffic.candidateRule,
    targetGroupArns: byColour((colour) => delivery.traffic.targetGroups[colour].arn),
    ownHostTargetGroupArns: byColour((colour) => delivery.traffic.ownHostGroups[colour].arn),
    images: byColour((colour) => service.colours[colour]?.service.image),
    settings: byColour((colour) => service.colours[colour]?.settings),
  });
  await requireMoved({ asked: request.wanted, answers, provider: awsProvider, stage });
  return stackOutputs(request, context, { foundation, delivery, service, watching }, answers);
}

/** Gives every role of AWS the boundary that the config names, whichever component makes it. */
function boundedRoles({ config, accountId }: StackRequest): Pick<pulumi.ComponentResourceOptions, "transformations"> {
  const { roleBoundary } = config.aws;
  if (roleBoundary === undefined) return {};
  const permissionsBoundary = `arn:aws:iam::${accountId}:policy/${roleBoundary}`;
  return {
    transformations: [
      ({ type, props, opts }) =>
        type === "aws:iam/role:Role" ? { props: { ...props, permissionsBoundary }, opts } : undefined,
    ],
  };
}

/**
 * How the stage's parts are protected: by what its file says of losing data, unless a written reason lifts it for this update.
 * Pulumi alone decides about replacements, since a policy sees no operation.
 */
function protectionOf({ config, acceptance }: StackRequest): StackContext["protection"] {
  const lifted = liftedParts(acceptance.overrode ?? []);
  const protectionIf = (isKept: boolean, part: ProtectedPart): Protection =>
    !isKept ? "none" : lifted.includes(part) ? "lifted" : "protected";
  const { deletionProtection } = config.database;
  const isKept = !config.storage.destroyable;
  return {
    database: protectionIf(deletionProtection, "database"),
    balancer: protectionIf(isKept, "balancer"),
    targets: protectionIf(isKept, "targets"),
    network: protectionIf(isKept, "network"),
  };
}

/**
 * What the rollback address will say of the last promote and of the candidate. It is taken from what the update asks for: from
 * what its resources answer, the address would be unknown in the preview of every step.
 */
function addressAfter({
  config,
  previous,
  now,
  wanted,
}: StackRequest): Pick<StackContext, "lastPromote" | "candidateSince"> {
  const schedule = scheduleOf(config.rollout);
  const record = nextRecord(previous, { ...wanted, schedule }, now);
  return { lastPromote: lastPromote(record, schedule.rollbackWindowSeconds), candidateSince: candidateSince(record) };
}

/** The parts that outputs are read from. */
interface StackParts {
  readonly foundation: Foundation;
  readonly delivery: Delivery;
  readonly service: Service;
  readonly watching: Watching;
}

/**
 * What the stack tells the world: the rollout's record, the endpoints, and by ARN or name everything that the CLI works
 * with. It holds no secret.
 */
function stackOutputs(
  request: StackRequest,
  context: StackContext,
  parts: StackParts,
  answers: pulumi.Output<RolloutAnswers>,
): Omit<WrittenOutputs, "readme"> {
  const { foundation, delivery, service, watching } = parts;
  const { traffic } = delivery;
  const { hosts } = request.config;
  // The answers wait for the services, whose tasks start with these keys.
  const { wanted, contracts } = request;
  const { signingKeys, settings, safeguards } = wanted;
  const { kept, known } = request.secrets;
  const schedule = scheduleOf(request.config.rollout);
  return {
    rollout: answers.apply((answered) => {
      const observed = observeRollout(answered);
      const labels = labelsOf(observed, wanted);
      return nextRecord(
        request.previous,
        { ...observed, labels, signingKeys, schedule, settings, safeguards, keptSecrets: kept, contracts },
        request.now,
        request.acceptance,
      );
    }),
    endpoints: {
      api: `https://${hosts.api}`,
      candidateApi: `https://${hosts.candidateApi}`,
      frontend: `https://${hosts.frontend}`,
    },
    region: request.config.aws.region,
    accountId: request.accountId,
    dnsZone: { name: request.config.dns.zone, id: request.zoneId },
    loadBalancerArn: traffic.loadBalancerArn,
    loadBalancerDnsName: traffic.loadBalancerDnsName,
    dnsHosts: request.dnsHosts,
    publicRuleArn: traffic.publicRule.arn,
    candidateRuleArn: traffic.candidateRule.arn,
    targetGroupArns: byColour((colour) => traffic.targetGroups[colour].arn),
    ownHostTargetGroupArns: byColour((colour) => traffic.ownHostGroups[colour].arn),
    compositeAlarmNames: byColour((colour) => watching.colourAlarms[colour].compositeAlarmName),
    limitAlarmNames: watching.rollback.limitAlarmNames,
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
    tunnelTaskDefinitionArn: service.tunnel.taskDefinitionArn,
    tunnelSecurityGroupId: service.tunnel.securityGroupId,
    databaseInstanceIdentifier: foundation.database.instanceIdentifier,
    databaseAddress: foundation.database.address,
    databaseInForce: request.databaseInForce,
    uploadsBucketName: foundation.uploads.bucketName,
    ...originPullsOutput(request.config.dns.originPulls, delivery),
    ...(kept === undefined || Object.keys(kept).length === 0
      ? {}
      : {
          secretFingerprints: writeFingerprints(context.name, { previous: request.fingerprints, kept, known }),
        }),
  };
}

/** The config's labels of the images that run. */
function labelsOf({ images }: Pick<RolloutRecord, "images">, wanted: WantedRollout): LabelsByColour {
  return byColour((colour) => (images[colour] === wanted.images[colour] ? (wanted.labels?.[colour] ?? null) : null));
}
