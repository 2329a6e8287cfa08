import { describe, expect, it } from "vitest";
import { MetricStore } from "../../../../rehearsal/local/alarms/metrics.ts";
import { TrafficMetrics } from "../../../../rehearsal/local/alarms/traffic-metrics.ts";
import type { TargetState } from "../../../../rehearsal/local/balancer/health.ts";
import type { TargetGroupStatus } from "../../../../rehearsal/local/balancer/target-group.ts";
import type { RequestRecord } from "../../../../rehearsal/local/load/request.ts";

const balancer = { LoadBalancer: "app/portal/1" };
const arn = (name: string) => `arn:aws:elasticloadbalancing:r:1:targetgroup/${name}/2`;
const outputs = {
  loadBalancerArn: "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/portal/1",
  targetGroupArns: { blue: arn("portal-blue"), green: arn("portal-green") },
};

function measured() {
  const store = new MetricStore();
  const metrics = new TrafficMetrics(store, { outputs });
  const values = (metricName: string, dimensions: Record<string, string>) =>
    store.values({ namespace: "AWS/ApplicationELB", metricName, dimensions }, 0, 1000);
  return { metrics, values, green: { ...balancer, TargetGroup: "targetgroup/portal-green/2" } };
}

const request = {
  kind: "read",
  id: "",
  dueAt: 100,
  sentAt: 500,
  endedAt: 800,
  latencyMilliseconds: 700,
  statusCode: 200,
} as const;
const byGreen: RequestRecord = { ...request, colour: "green", generation: 1 };

describe("TrafficMetrics", () => {
  it("reports requests of the balancer and of each target group, each once", () => {
    const { metrics, values, green } = measured();
    const all = [byGreen, { ...byGreen, statusCode: 503 }, { ...byGreen, colour: "blue" }];
    metrics.recordRequests(all);
    metrics.recordRequests(all);
    metrics.recordRequests([...all, byGreen]);
    expect(values("RequestCount", balancer)).toEqual([1, 1, 1, 1]);
    expect(values("RequestCount", green)).toEqual([1, 1, 1]);
    expect(values("TargetResponseTime", green)).toEqual([0.3, 0.3, 0.3]);
    expect(values("HTTPCode_Target_5XX_Count", green)).toEqual([1]);
  });

  it("reports nothing of a colour for what it did not answer, nor of the balancer for what it did not route", () => {
    const { metrics, values, green } = measured();
    metrics.recordRequests([
      { ...request, statusCode: 502, generation: 1 },
      { ...request, statusCode: 0 },
    ]);
    expect(values("RequestCount", balancer)).toEqual([1]);
    expect(values("HTTPCode_Target_5XX_Count", green)).toEqual([]);
  });

  it("reports hosts, and connection errors since the last time", () => {
    const { metrics, values, green } = measured();
    const group = (connectionErrors: number, ...states: TargetState[]): readonly TargetGroupStatus[] => [
      {
        arn: arn("portal-green"),
        name: "portal-green",
        colour: "green",
        connectionErrors,
        targets: states.map((state) => ({ port: 1, state, inFlight: 0, requests: 0 })),
      },
    ];
    metrics.recordHosts(group(2, "healthy", "unhealthy", "initial"), 10);
    metrics.recordHosts(group(2, "healthy"), 20);
    metrics.recordHosts(group(5), 30);
    expect(values("HealthyHostCount", green)).toEqual([1, 1]);
    expect(values("UnHealthyHostCount", green)).toEqual([1, 0]);
    expect(values("TargetConnectionErrorCount", green)).toEqual([2, 3]);
  });
});
