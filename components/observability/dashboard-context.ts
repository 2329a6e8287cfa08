import type { Colour } from "../../rollout/colour.ts";

/** What the dashboard shows, all of it plain. */
export interface DashboardContext {
  readonly stackName: string;
  readonly region: string;
  readonly metricNamespace: string;
  readonly loadBalancerArnSuffix: string;
  readonly targetGroupArnSuffixes: Readonly<Record<Colour, string>>;
  readonly clusterName: string;
  readonly serviceNames: Readonly<Record<Colour, string>>;
  readonly databaseInstanceIdentifier: string;
  readonly maxConnections: number;
  readonly webAclMetricName: string;
  readonly compositeAlarmArns: Readonly<Record<Colour, string>>;
  readonly thresholds: {
    readonly errorRatePercent: number;
    readonly responseTimeSeconds: number;
    readonly memoryPercent: number;
  };
  readonly objectives: {
    readonly availabilityPercent: number;
    readonly averageResponseMilliseconds: number;
    readonly errorRatePercent: number;
  };
}
