import { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { PublicRulePort } from "../rollout/program-ports.ts";
import { clientOptions } from "./client-options.ts";
import { readSplit, writeSplit } from "./public-rule.ts";

/** The public rule of a stage's region, by AWS's SDK and with the credentials of the environment. */
export function openPublicRule(region: string): PublicRulePort {
  const client = new ElasticLoadBalancingV2Client(clientOptions(region));
  return {
    writeSplit: (address, split) => writeSplit(client, address, split),
    readSplit: (address) => readSplit(client, address),
  };
}
