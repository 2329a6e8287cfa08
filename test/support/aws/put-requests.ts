import { type Dimension, type MetricDatum, PutMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import type { Colour } from "../../../rollout/colour.ts";
import { colourTargetGroup } from "./colour-target-group.ts";
import type { PlannedAccount } from "./planned-account.ts";

/** Requests that a load balancer served in one moment. */
export interface ServedRequests {
  readonly colour: Colour;
  /** When; any time, also past. CloudWatch counts them to the minute that it falls into. */
  readonly at: Date;
  readonly requests: number;
  /** How many of them were answered 5xx. Default 0; none is published as no data, as a load balancer does. */
  readonly errors?: number;
  /** How many of them were answered 4xx. Default 0. */
  readonly refused?: number;
  /** How many a task hung up on, so that the load balancer answered 502. Default 0. */
  readonly hungUp?: number;
  /** How many were upgraded to a WebSocket, which no metric counts as answered. Default 0. */
  readonly upgrades?: number;
  /** Response time of each, in seconds. Default 0.05. */
  readonly seconds?: number;
}

/**
 * Publishes the metrics that a load balancer does for a target group, under the names and dimensions that it uses. No
 * requests are no metrics. `RequestCountPerTarget` is that of a group with one container.
 */
export async function putRequests(account: PlannedAccount, served: ServedRequests): Promise<void> {
  const { colour, at, requests, errors = 0, refused = 0, hungUp = 0, upgrades = 0, seconds = 0.05 } = served;
  if (requests === 0) return;
  const { suffix, loadBalancerSuffix } = colourTargetGroup(account, colour);
  const group = { Name: "TargetGroup", Value: suffix };
  const balancer = { Name: "LoadBalancer", Value: loadBalancerSuffix };
  const count = (MetricName: string, Dimensions: Dimension[], value: number): MetricDatum[] =>
    value === 0 ? [] : [{ MetricName, Dimensions, Timestamp: at, Unit: "Count", Value: value }];
  const ofGroup = (Dimensions: Dimension[]): MetricDatum[] => [
    ...count("RequestCount", Dimensions, requests),
    ...count("HTTPCode_Target_2XX_Count", Dimensions, requests - errors - refused - hungUp - upgrades),
    ...count("HTTPCode_Target_4XX_Count", Dimensions, refused),
    ...count("HTTPCode_Target_5XX_Count", Dimensions, errors),
    {
      MetricName: "TargetResponseTime",
      Dimensions,
      Timestamp: at,
      Unit: "Seconds",
      StatisticValues: { SampleCount: requests, Sum: requests * seconds, Minimum: seconds, Maximum: seconds },
    },
  ];
  await account.clients.watching.send(
    new PutMetricDataCommand({
      Namespace: "AWS/ApplicationELB",
      MetricData: [
        // GetMetricData of moto takes the same dimensions in another order for others. Each question finds one of the two.
        ...ofGroup([balancer, group]),
        ...ofGroup([group, balancer]),
        ...count("RequestCountPerTarget", [group], requests),
        ...count("HTTPCode_ELB_502_Count", [balancer], hungUp),
      ],
    }),
  );
}
