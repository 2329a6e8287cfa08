import * as pulumi from "@pulumi/pulumi";
import { apiEnvironment } from "../../components/api/api-environment.ts";
import { ApiLogGroups } from "../../components/api/api-log-groups.ts";
import { ApiPlatform } from "../../components/api/api-platform.ts";
import { ApiSecrets } from "../../components/api/api-secrets.ts";
import { ColourService } from "../../components/api/colour-service.ts";
import { ImageRegistry } from "../../components/api/image-registry.ts";
import { type ApiTask, signingKeyNames } from "../../components/api/names.ts";
import { OneOffTasks } from "../../components/api/one-off-tasks.ts";
import type { TaskSettings } from "../../components/api/task-settings.ts";
import { migratorRole, readOnlyRole } from "../../components/database/names.ts";
import { cloudflareIpv4Ranges, cloudflareIpv6Ranges } from "../../components/edge/cloudflare.ts";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import type { Delivery } from "./delivery.ts";
import type { Foundation } from "./foundation.ts";
import type { StackContext } from "./stack-context.ts";

/** The API's two colours. */
export type Service = ReturnType<typeof createService>;

/** Registry, secrets, cluster, and for each colour with an image its service and its one-off tasks. */
export function createService(context: StackContext, foundation: Foundation, { traffic }: Delivery) {
  const { name, config, tags, options, accountId } = context;
  const { database, uploads, mail, network } = foundation;
  const { region } = config.aws;
  const { destroyable } = config.storage;
  const registry = new ImageRegistry(name, { destroyable, tags }, options);
  const logGroups = new ApiLogGroups(name, { retentionDays: config.api.logRetentionDays, tags }, options);
  const apiSecrets = new ApiSecrets(
    name,
    {
      applicationSecrets: asSecrets(config.applicationSecrets),
      signingKeys: { current: config.signingKey, alsoAccepted: config.alsoAcceptedSigningKey ?? null },
      destroyable,
      tags,
    },
    options,
  );
  const secretsOf = (task: ApiTask) => {
    const names = secretNamesOf(task, config);
    return apiSecrets.secrets.filter(({ name: secret }) => names.includes(secret));
  };
  const arnsOf = (task: ApiTask) => secretsOf(task).map(({ valueFrom }) => valueFrom);
  const seeds = config.api.environment === "staging";
  const databaseUserNames = { application: config.database.user, migrator: migratorRole, readOnly: readOnlyRole };
  const platform = new ApiPlatform(
    name,
    {
      vpcId: network.vpcId,
      databaseSecurityGroupId: database.securityGroupId,
      databasePort: database.port,
      databaseResourceId: database.resourceId,
      databaseUserNames,
      bucketArn: uploads.bucketArn,
      mailIdentityArn: mail.identityArn,
      configurationSetName: mail.configurationSetName,
      secretArns: {
        api: arnsOf("api"),
        migrate: arnsOf("migrate"),
        integrity: arnsOf("integrity"),
        ...(seeds ? { seed: arnsOf("seed") } : {}),
      },
      logGroupArns: logGroups.logGroupArns,
      repositoryArn: registry.repositoryArn,
      loadBalancerSecurityGroupId: traffic.securityGroupId,
      containerPort: config.api.containerPort,
      region,
      accountId,
      tags,
    },
    options,
  );
  const environmentOf = (settings: TaskSettings) =>
    apiEnvironment({
      ...settings,
      databaseHost: database.address,
      databasePort: database.port,
      databaseName: config.database.name,
      databaseUser: config.database.user,
      bucketName: uploads.bucketName,
      mailDomain: config.mail.domain,
      configurationSetName: mail.configurationSetName,
      region,
    });
  const { taskRoleArn, executionRoleArns } = platform;
  const shared = { ...config.api, taskRoleArn, region, tags };

  // From the staging of a candidate until the old colour is retired.
  const keepsTasks = colours.every((colour) => config.images[colour] !== undefined);
  const createColour = (colour: Colour) => {
    const digest = config.images[colour];
    if (digest === undefined) return undefined;
    // The colour's own release, which is not always the config's settings.
    const settings = context.taskSettings[colour];
    const release = { ...shared, ...settings, environment: environmentOf(settings) };
    const image = pulumi.interpolate`${registry.repositoryUrl}@${digest}`;
    const service = new ColourService(
      name,
      {
        ...release,
        executionRoleArn: executionRoleArns.api,
        keepsTasks,
        secrets: secretsOf("api"),
        colour,
        image,
        clusterArn: platform.clusterArn,
        clusterName: platform.clusterName,
        subnetIds: network.privateSubnetIds,
        securityGroupId: platform.securityGroupId,
        targetGroupArns: [traffic.targetGroups[colour].arn, traffic.ownHostGroups[colour].arn],
        trustedProxyCidrs: [
          network.vpcCidrBlock,
          ...(config.dns.proxied ? [...cloudflareIpv4Ranges, ...cloudflareIpv6Ranges] : []),
        ],
        logGroupName: logGroups.logGroupNames[colour],
        // The first tasks need the roles' policies, the security group's rules and the secrets' values to exist.
        dependsOn: [traffic.publicRule, traffic.candidateRule, platform, apiSecrets],
      },
      options,
    );
    const tasks = new OneOffTasks(
      `${name}-${colour}`,
      {
        ...release,
        image,
        migrate: { executionRoleArn: executionRoleArns.migrate, secrets: secretsOf("migrate") },
        integrity: { executionRoleArn: executionRoleArns.integrity, secrets: secretsOf("integrity") },
        seed:
          executionRoleArns.seed === undefined
            ? undefined
            : { executionRoleArn: executionRoleArns.seed, secrets: secretsOf("seed") },
        databaseUserNames,
        migratorTaskRoleArn: platform.migratorTaskRoleArn,
        integrityTaskRoleArn: platform.integrityTaskRoleArn,
        logGroupName: logGroups.oneOffTaskLogGroupName,
      },
      options,
    );
    return { service, tasks };
  };
  return { registry, platform, logGroups, colours: byColour(createColour) };
}

/**
 * Names of the secrets that a task starts with. The API gets `SECRET_KEY` and, unless the config lists them, all application
 * secrets. A one-off task gets those that the config lists.
 */
function secretNamesOf(
  task: ApiTask,
  config: Pick<StageConfig, "applicationSecrets" | "taskSecrets">,
): readonly string[] {
  const listed = config.taskSecrets[task];
  if (task !== "api") return listed ?? [];
  return [...signingKeyNames, ...(listed ?? Object.keys(config.applicationSecrets))];
}

function asSecrets(values: Readonly<Record<string, string>>): Record<string, pulumi.Output<string>> {
  return Object.fromEntries(Object.entries(values).map(([variable, value]) => [variable, pulumi.secret(value)]));
}
