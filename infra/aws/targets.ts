import {
  DescribeTargetHealthCommand,
  type ElasticLoadBalancingV2Client,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import type { TargetCounts } from "./cloud.ts";
import { explained } from "./explain-failure.ts";

/** Counts a target group's targets by health. */
export async function readTargets(client: ElasticLoadBalancingV2Client, targetGroupArn: string): Promise<TargetCounts> {
  const { TargetHealthDescriptions: found = [] } = await explained("the tasks' health could not be read", () =>
    client.send(new DescribeTargetHealthCommand({ TargetGroupArn: targetGroupArn })),
  );
  const healthy = found.filter(({ TargetHealth }) => TargetHealth?.State === "healthy").length;
  return { healthy, notHealthy: found.length - healthy };
}
