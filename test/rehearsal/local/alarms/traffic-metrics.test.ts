import { describe, expect, it } from "vitest";
import { MetricStore } from "../../../../rehearsal/local/alarms/metrics.ts";
import { TrafficMetrics } from "../../../../rehearsal/local/alarms/traffic-metrics.ts";
import type { GroupCounts } from "../../../../rehearsal/local/balancer/group-counter.ts";
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

const byGreen: RequestRecord = {
  kind: "read",
  id: "",
  dueAt: 100,
  sentAt: 500,
  endedAt: 800,
  latencyMilliseconds: 700,
  statusCode: 200,
  colour: "green",
  generation: 1,
};

/** What a target group has counted so far. */
function counted(colour: "blue" | "green", over: Partial<Omit<TargetGroupStatus, "counts">> & Partial<GroupCounts>) {
  const { chosen = 0, answered = { 2: 0, 3: 0, 4: 0, 5: 0 }, own = { 502: 0, 503: 0, 504: 0 }, ...rest } = over;
  const name = `portal-${colour}`;
  const counts = { chosen, answered, own };
  return {
    arn: arn(name),
    name,
    colour,
    connectionErrors: 0,
    targets: [],
    ...rest,
    counts,
  } satisfies TargetGroupStatus;
}

describe("TrafficMetrics", () => {
  it("reports response times of each target group's answers, each once", () => {
    const { metrics, values, green } = measured();
    const { colour: _, ...byBalancer } = byGreen;
    const all = [byGreen, { ...byGreen, statusCode: 500 }, { ...byGreen, colour: "blue" }, byBalancer];
    metrics.recordRequests(all, 600);
    metrics.recordRequests(all, 600);
    metrics.recordRequests([...all, byGreen], 660);
    expect(values("TargetResponseTime", green)).toEqual([0.3, 0.3, 0.3]);
  });

  it("reports the time that the balancer measured, and not how long a client on a busy machine waited", () => {
    const { metrics, values, green } = measured();
    metrics.recordRequests([{ ...byGreen, targetMilliseconds: 20 }], 600);
    expect(values("TargetResponseTime", green)).toEqual([0.02]);
  });

  it("reports what each target group counted since the last time, and the sum of all for the balancer", () => {
    const { metrics, values, green } = measured();
    const answered = { 2: 5, 3: 1, 4: 2, 5: 3 };
    metrics.recordGroups([counted("blue", { chosen: 4 }), counted("green", { chosen: 12, answered })], 10);
    metrics.recordGroups([counted("blue", { chosen: 4 }), counted("green", { chosen: 12, answered })], 20);
    const more = { ...answered, 5: 4 };
    metrics.recordGroups([counted("blue", { chosen: 5 }), counted("green", { chosen: 14, answered: more })], 30);
    expect(values("RequestCount", green)).toEqual([12, 2]);
    expect(values("RequestCount", balancer)).toEqual([4, 12, 1, 2]);
    expect(values("HTTPCode_Target_5XX_Count", balancer)).toEqual([3, 1]);
    const classes = ["2", "3", "4", "5"].map((digit) => values(`HTTPCode_Target_${digit}XX_Count`, green));
    expect(classes).toEqual([[5], [1], [2], [3, 1]]);
  });

  it("reports for no target group what the balancer answered itself", () => {
    const { metrics, values, green } = measured();
    metrics.recordGroups([counted("green", { chosen: 5, own: { 502: 3, 503: 7, 504: 2 } })], 10);
    const own = [502, 503, 504].map((status) => `HTTPCode_ELB_${status}_Count`);
    expect(own.map((name) => values(name, balancer))).toEqual([[3], [7], [2]]);
    expect(values("HTTPCode_ELB_5XX_Count", balancer)).toEqual([3, 7, 2]);
    expect(own.flatMap((name) => values(name, green))).toEqual([]);
  });

  it("reports hosts, and connection errors since the last time", () => {
    const { metrics, values, green } = measured();
    const group = (connectionErrors: number, ...states: TargetState[]) => [
      counted("green", {
        connectionErrors,
        targets: states.map((state) => ({ port: 1, state, inFlight: 0, requests: 0 })),
      }),
    ];
    metrics.recordGroups(group(2, "healthy", "unhealthy", "initial"), 10);
    metrics.recordGroups(group(2, "healthy"), 20);
    metrics.recordGroups(group(5), 30);
    expect(values("HealthyHostCount", green)).toEqual([1, 1]);
    expect(values("UnHealthyHostCount", green)).toEqual([1, 0]);
    expect(values("TargetConnectionErrorCount", green)).toEqual([2, 3]);
  });
});
