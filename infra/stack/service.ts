import * as pulumi from "@pulumi/pulumi";
import { apiEnvironment } from "../../components/api/api-environment.ts";
import { ApiLogGroups } from "../../components/api/api-log-groups.ts";
import { ApiPlatform } from "../../components/api/api-platform.ts";
import { ApiSecrets, type StoredSecret } from "../../components/api/api-secrets.ts";
import { ColourService } from "../../components/api/colour-service.ts";
import { ImageRegistry } from "../../components/api/image-registry.ts";
import { type ApiTask, signingKeyNames } from "../../components/api/names.ts";
import { OneOffTasks } from "../../components/api/one-off-tasks.ts";
import { type ReleaseSecrets, secretSettingsOf } from "../../components/api/secret-settings.ts";
import type { TaskSettings } from "../../components/api/task-settings.ts";
import { migratorRole, readOnlyRole } from "../../components/database/names.ts";
import { DatabaseTunnel } from "../../components/database/tunnel.ts";
import { cloudflareIpv4Ranges, cloudflareIpv6Ranges } from "../../components/edge/cloudflare.ts";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { Settings } from "../../rollout/settings.ts";
import type { StageConfig } from "../config/schema/stage-config.ts";
import type { Delivery } from "./delivery.ts";
import type { Foundation } from "./foundation.ts";
import type { StackContext } from "./stack-context.ts";

/** The API's two colours. */
export type Service = ReturnType<typeof createService>;

/** Registry, secrets, cluster, the tunnel to the database, and for each colour with an image its service and its one-off tasks. */
export function createService(context: StackContext, foundation: Foundation, { traffic }: Delivery) {
  const { name, config, tags, options, accountId, secrets } = context;
  const { database, uploads, mail, network } = foundation;
  const { region } = config.aws;
  const { destroyable } = config.storage;
  const registry = new ImageRegistry(name, { destroyable, tags }, options);
  const logGroups = new ApiLogGroups(name, { retentionDays: config.api.logRetentionDays, tags }, options);
  const apiSecrets = new ApiSecrets(
    name,
    {
      applicationSecrets: secrets.stored,
      pinned: secrets.kept !== undefined,
      signingKeys: { current: config.signingKey, alsoAccepted: config.alsoAcceptedSigningKey ?? null },
      destroyable,
      tags,
    },
    options,
  );
  const secretsOf = (colour: Colour, task: ApiTask): readonly StoredSecret[] => {
    const { versions, namesByTask } = secrets.releases[colour];
    const names = namesOf(task, namesByTask);
    const ofRelease = apiSecrets.versions.filter((one) => versions[one.name] === one.version);
    return [...apiSecrets.signingKeys, ...ofRelease]
      .filter((one) => names.includes(one.name))
      .sort((first, second) => (first.name < second.name ? -1 : 1));
  };
  // Both colours' tasks start by the same roles, and a task of the release before may start until it is replaced.
  const arnsOf = (task: ApiTask) => {
    const names = runningColours(config).flatMap((colour) => namesOf(task, secrets.releases[colour].namesByTask));
    return [...apiSecrets.signingKeys, ...apiSecrets.versions]
      .filter((one) => names.includes(one.name))
      .sort((first, second) => (first.name < second.name ? -1 : 1))
      .map(({ arn }) => arn);
  };
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
  const tunnel = new DatabaseTunnel(
    name,
    {
      vpcId: network.vpcId,
      databaseSecurityGroupId: database.securityGroupId,
      logGroupName: logGroups.oneOffTaskLogGroupName,
      logGroupArns: logGroups.logGroupArns.oneOffTasks,
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
        secrets: secretsOf(colour, "api"),
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
        migrate: { executionRoleArn: executionRoleArns.migrate, secrets: secretsOf(colour, "migrate") },
        integrity: { executionRoleArn: executionRoleArns.integrity, secrets: secretsOf(colour, "integrity") },
        seed:
          executionRoleArns.seed === undefined
            ? undefined
            : { executionRoleArn: executionRoleArns.seed, secrets: secretsOf(colour, "seed") },
        databaseUserNames,
        migratorTaskRoleArn: platform.migratorTaskRoleArn,
        integrityTaskRoleArn: platform.integrityTaskRoleArn,
        logGroupName: logGroups.oneOffTaskLogGroupName,
      },
      options,
    );
    const ofSecrets =
      secrets.kept === undefined
        ? {}
        : namedVersions(apiSecrets, { api: service.containerDefinitions, ...tasks.containerDefinitions });
    const settingsRead = pulumi
      .all([service.settings, ofSecrets])
      .apply(([ofTask, named]) => ({ ...ofTask, ...named }));
    return { service, tasks, settings: settingsRead };
  };
  return { registry, platform, tunnel, logGroups, colours: byColour(createColour) };
}

/**
 * Names of the secrets that a task starts with. The API gets the signing keys besides those of its release, a one-off task only
 * what its release lists.
 */
function namesOf(task: ApiTask, namesByTask: ReleaseSecrets["namesByTask"]): readonly string[] {
  return [...(task === "api" ? signingKeyNames : []), ...(namesByTask[task] ?? [])];
}

/** Colours that run something. Before the first image, roles are made for what the first will start with. */
function runningColours({ images }: Pick<StageConfig, "images">): readonly Colour[] {
  const running = colours.filter((colour) => images[colour] !== undefined);
  return running.length === 0 ? colours : running;
}

/** The versions that a colour's task definitions name, read from what AWS answered. */
function namedVersions(
  { versions }: ApiSecrets,
  containerDefinitions: Readonly<Partial<Record<ApiTask, pulumi.Input<string>>>>,
): pulumi.Output<Settings> {
  return pulumi
    .all([containerDefinitions, versions])
    .apply(([definitions, known]) => secretSettingsOf(definitions, known));
}
