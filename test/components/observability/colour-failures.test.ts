import { describe, expect, it } from "vitest";
import { colourFailureMath, colourFailureMetrics } from "../../../components/observability/colour-failures.ts";
import { readMetricMath } from "../../../rehearsal/local/alarms/formulas.ts";

const metrics = colourFailureMetrics({
  loadBalancerArnSuffix: "app/portal/1",
  targetGroupArnSuffix: "targetgroup/green/2",
});
type Reported = Partial<Record<"asked" | "ok" | "moved" | "refused" | "failed" | "gateway" | "timeout", number>>;
const value = (math: string, reported: Reported) => readMetricMath(math, Object.keys(metrics))(reported);

describe("the failures of a colour", () => {
  it.each<[string, Reported, number]>([
    ["nothing was reported", {}, 0],
    ["all went well", { asked: 40, ok: 30, moved: 4, refused: 6 }, 0],
    ["tasks answered 5xx", { asked: 40, ok: 37, failed: 3 }, 3],
    ["tasks hung up on every request", { asked: 40, gateway: 40 }, 40],
    ["tasks hung up, and some were slow", { asked: 40, ok: 30, failed: 1, gateway: 6, timeout: 3 }, 10],
    ["the other colour's tasks hung up", { asked: 40, ok: 40, gateway: 9 }, 0],
    ["both colours' tasks did", { asked: 40, ok: 38, gateway: 9 }, 2],
    ["WebSockets were opened", { asked: 40, ok: 36 }, 0],
    ["WebSockets were opened, and the other colour's tasks hung up", { asked: 40, ok: 36, gateway: 1 }, 1],
    ["answers were reported before their requests", { asked: 38, ok: 40, gateway: 2 }, 0],
  ])("are counted where %s", (_, reported, failures) => {
    expect(value(colourFailureMath.failures, reported)).toBe(failures);
  });

  it("are those of tasks and of the load balancer together", () => {
    const reported = { asked: 40, ok: 30, failed: 1, gateway: 6, timeout: 3 };
    expect(value(colourFailureMath.taskFailures, reported)).toBe(1);
    expect(value(colourFailureMath.balancerFailures, reported)).toBe(9);
    expect(value(colourFailureMath.requests, reported)).toBe(40);
  });

  it("are never more than what is left of the requests, nor than the load balancer's own answers", () => {
    for (let asked = 0; asked <= 4; asked++) {
      for (let answered = 0; answered <= 5; answered++) {
        for (let byBalancer = 0; byBalancer <= 3; byBalancer++) {
          const reported = { asked, ok: answered, timeout: byBalancer };
          const most = Math.max(0, Math.min(asked - answered, byBalancer));
          expect(value(colourFailureMath.balancerFailures, reported), JSON.stringify(reported)).toBe(most);
        }
      }
    }
  });

  it("fit into an alarm: ten metrics, and 2048 characters with room for what an alarm adds", () => {
    expect(Object.keys(metrics).length).toBeLessThanOrEqual(7);
    expect(colourFailureMath.failures.length).toBeLessThan(600);
  });

  it("are counted by metrics of the target group, and of the load balancer where AWS knows no target group", () => {
    const names = Object.values(metrics).map(({ metricName, dimensions }) => [metricName, Object.keys(dimensions)]);
    expect(Object.fromEntries(names)).toEqual({
      RequestCount: ["LoadBalancer", "TargetGroup"],
      HTTPCode_Target_2XX_Count: ["LoadBalancer", "TargetGroup"],
      HTTPCode_Target_3XX_Count: ["LoadBalancer", "TargetGroup"],
      HTTPCode_Target_4XX_Count: ["LoadBalancer", "TargetGroup"],
      HTTPCode_Target_5XX_Count: ["LoadBalancer", "TargetGroup"],
      HTTPCode_ELB_502_Count: ["LoadBalancer"],
      HTTPCode_ELB_504_Count: ["LoadBalancer"],
    });
    expect(Object.values(metrics).every(({ statistic }) => statistic === "Sum")).toBe(true);
  });
});
