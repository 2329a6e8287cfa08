import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import { ECSClient } from "@aws-sdk/client-ecs";
import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import { EventBridgeClient } from "@aws-sdk/client-eventbridge";
import { SFNClient } from "@aws-sdk/client-sfn";
import { SNSClient } from "@aws-sdk/client-sns";
import { SSMClient } from "@aws-sdk/client-ssm";
import type { MotoServer } from "../../../rehearsal/moto/moto.ts";
import { requireOngoingCase } from "../ongoing-case.ts";
import { clientSettings } from "./client-settings.ts";
import type { AnyClient } from "./record-calls.ts";

const fence = (next: (args: unknown) => Promise<unknown>) => async (args: unknown) => {
  requireOngoingCase();
  return await next(args);
};

/** SDK clients of one moto. */
export type AwsClients = ReturnType<typeof connectClients>;

/**
 * The SDK client of each service that tests ask; none of them contacts anything before its first call. No call is made for
 * a case that is over.
 */
export function connectClients(moto: Pick<MotoServer, "endpoint">) {
  const settings = clientSettings(moto);
  const clients = {
    endpoint: moto.endpoint,
    balancing: new ElasticLoadBalancingV2Client(settings),
    watching: new CloudWatchClient(settings),
    containers: new ECSClient(settings),
    events: new EventBridgeClient(settings),
    machines: new SFNClient(settings),
    notices: new SNSClient(settings),
    parameters: new SSMClient(settings),
  };
  const { endpoint: _, ...all } = clients;
  for (const client of Object.values<AnyClient>(all)) {
    client.middlewareStack.add(fence as never, { step: "initialize", name: "fence" } as never);
  }
  return clients;
}
