import { DatabaseAccess } from "../../components/database/access.ts";
import { Database } from "../../components/database/database.ts";
import { Mail } from "../../components/mail/mail.ts";
import { Network } from "../../components/network/network.ts";
import { AlertTopics } from "../../components/observability/alert-topics.ts";
import { ChatChannels } from "../../components/observability/chat-channels.ts";
import { AccessLogsBucket } from "../../components/storage/access-logs-bucket.ts";
import { UploadsBucket } from "../../components/storage/uploads-bucket.ts";
import type { StackContext } from "./stack-context.ts";

/** What the API stands on. */
export type Foundation = ReturnType<typeof createFoundation>;

/** Network, notices, buckets, mail and database: nothing here knows of colours. */
export function createFoundation(context: StackContext) {
  const { name, config, tags, protection, accountId, options } = context;
  const { region } = config.aws;
  const network = new Network(
    name,
    {
      ...config.network,
      availabilityZones: config.aws.availabilityZones,
      region,
      protection: protection.network,
      tags,
    },
    options,
  );
  const alertTopics = new AlertTopics(name, { notify: config.alerts.notify, region, accountId, tags }, options);
  const { alertTopicArn } = alertTopics;
  const { chat } = config.alerts;
  if (chat !== undefined) new ChatChannels(name, { ...chat, alertTopicArn, tags }, options);
  const { destroyable, accessLogDays, noncurrentVersionDays } = config.storage;
  const accessLogs = new AccessLogsBucket(
    name,
    { retentionDays: accessLogDays, destroyable, region, accountId, tags },
    options,
  );
  const uploads = new UploadsBucket(
    name,
    {
      noncurrentVersionDays,
      destroyable,
      accessLogsBucketName: accessLogs.bucketName,
      accessLogsBucketPolicy: accessLogs.policy,
      tags,
    },
    options,
  );
  const mail = new Mail(name, { ...config.mail, alertTopicArn, region, tags }, options);
  const { name: databaseName, user, tunnelPort, ...databaseSettings } = config.database;
  const database = new Database(
    name,
    {
      ...databaseSettings,
      vpcId: network.vpcId,
      subnetIds: network.databaseSubnetIds,
      destroyable,
      protection: protection.database,
      alertTopicArn,
      region,
      accountId,
      tags,
    },
    options,
  );
  if (tunnelPort !== undefined) {
    const access = {
      address: database.address,
      tunnelPort,
      databaseName,
      applicationRole: user,
      maxConnections: context.database.connections,
    };
    new DatabaseAccess(name, { ...access, masterUserName: database.masterUserName }, options);
  }
  return { network, alertTopicArn, accessLogs, uploads, mail, database };
}
