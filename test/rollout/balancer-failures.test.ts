import { describe, expect, it } from "vitest";
import { colourFailureMath, colourFailureMetrics } from "../../components/observability/colour-failures.ts";
import { readMetricMath } from "../../rehearsal/local/alarms/formulas.ts";
import { failuresAtMost } from "../../rollout/balancer-failures.ts";

describe("failuresAtMost", () => {
  it.each([
    ["nothing happened", { requests: 0, answered: 0, failed: 0, byBalancer: 0 }, 0],
    ["tasks answered 5xx", { requests: 9, answered: 9, failed: 4, byBalancer: 0 }, 4],
    ["tasks hung up", { requests: 9, answered: 2, failed: 1, byBalancer: 7 }, 8],
    ["others' tasks hung up", { requests: 9, answered: 9, failed: 0, byBalancer: 7 }, 0],
    ["WebSockets were opened", { requests: 9, answered: 4, failed: 0, byBalancer: 0 }, 0],
    ["answers came before their requests", { requests: 3, answered: 5, failed: 1, byBalancer: 7 }, 1],
  ])("is right where %s", (_, counted, most) => {
    expect(failuresAtMost(counted)).toBe(most);
  });

  it("is what the alarms compute by metric math", () => {
    const ids = Object.keys(colourFailureMetrics({ loadBalancerArnSuffix: "", targetGroupArnSuffix: "" }));
    const math = readMetricMath(colourFailureMath.failures, ids);
    for (let requests = 0; requests <= 5; requests++) {
      for (let others = 0; others <= 5; others++) {
        for (let failed = 0; failed <= 2; failed++) {
          for (let byBalancer = 0; byBalancer <= 3; byBalancer++) {
            const counted = { requests, answered: others + failed, failed, byBalancer };
            const reported = { asked: requests, refused: others, failed, gateway: byBalancer };
            expect(failuresAtMost(counted), JSON.stringify(counted)).toBe(math(reported));
          }
        }
      }
    }
  });
});
