import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { EC2Client } from "@aws-sdk/client-ec2";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import { clientSettings } from "./client-settings.ts";
import type { MotoServer } from "./moto.ts";

/** SDK clients of one moto. */
export type AwsClients = ReturnType<typeof connectClients>;

/** The SDK client of each service that tests ask; none of them contacts anything before its first call. */
export function connectClients(moto: Pick<MotoServer, "endpoint">) {
  const settings = clientSettings(moto);
  return {
    endpoint: moto.endpoint,
    balancing: new ElasticLoadBalancingV2Client(settings),
    watching: new CloudWatchClient(settings),
    network: new EC2Client(settings),
    containers: new ECSClient(settings),
    events: new EventBridgeClient(settings),
    machines: new SFNClient(settings),
    notices: new SNSClient(settings),
    parameters: new SSMClient(settings),
  };
}
