import { expect, it } from "vitest";
import { failureQueries } from "../../../components/rollback/failure-queries.ts";
import { answerMetricData } from "../../../rehearsal/local/alarms/metric-data.ts";
import { MetricStore } from "../../../rehearsal/local/alarms/metrics.ts";
import { type MinuteCounts, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import { plannedTest } from "../../rollout/rollback-test/planned-test.ts";
import { seededRandom } from "../../rollout/rollback-test/simulated-rollout.ts";

const groups = { candidate: "targetgroup/green/2", live: "targetgroup/blue/1" };
const build = () => failureQueries(plannedTest, "app/portal/1", groups);

/** The queries with their paths followed: here a path is the group itself. */
const asked = () =>
  build().map((query) =>
    "MetricStat" in query
      ? {
          ...query,
          MetricStat: {
            ...query.MetricStat,
            Period: 60 as const,
            Metric: {
              ...query.MetricStat.Metric,
              Dimensions: query.MetricStat.Metric.Dimensions.map((one) => ({
                Name: one.Name,
                Value: one["Value.$"] ?? one.Value ?? "",
              })),
            },
          },
        }
      : { ...query, Period: 60 as const },
  );

/** How many boundaries the queries find reached, by the metrics that the load balancer would report. */
function reached(minutes: readonly MinuteCounts[]): unknown {
  const store = new MetricStore();
  const put = (metricName: string, group: string | undefined, minute: number, value: number) => {
    store.announce("AWS/ApplicationELB", metricName);
    if (value === 0) return;
    const dimensions = { LoadBalancer: "app/portal/1", ...(group === undefined ? {} : { TargetGroup: group }) };
    store.put({ namespace: "AWS/ApplicationELB", metricName, dimensions }, minute * 60_000 + 30_000, value);
  };
  const names = ["2XX", "3XX", "4XX", "5XX"].map((one) => `HTTPCode_Target_${one}_Count`);
  for (const name of [...names, "RequestCount", "HTTPCode_ELB_502_Count", "HTTPCode_ELB_504_Count"]) {
    put(name, undefined, 0, 0);
  }
  for (const { minute, candidateRequests, candidateFailures, liveRequests, liveFailures } of minutes) {
    for (const [group, requests, failures] of [
      [groups.candidate, candidateRequests, candidateFailures],
      [groups.live, liveRequests, liveFailures],
    ] as const) {
      put("RequestCount", group, minute, requests);
      put("HTTPCode_Target_2XX_Count", group, minute, requests - failures);
      put("HTTPCode_Target_5XX_Count", group, minute, failures);
    }
  }
  const last = (minutes.at(-1)?.minute ?? 0) + 1;
  const answer = answerMetricData(asked(), { store, from: 0, until: last * 60_000, minuteMilliseconds: 60_000 });
  return (answer as { readonly MetricDataResults: readonly { readonly Values: readonly number[] }[] })
    .MetricDataResults[0]?.Values[0];
}

it("compute what the test's evaluator computes", () => {
  const random = seededRandom(20);
  const ends = { returned: 0, kept: 0 };
  for (let run = 0; run < 120; run++) {
    const failing = [0.005, 0.05, 0.2, 0.6, 1][run % 5] ?? 0;
    const liveFailing = [0, 0.01, 0.05][run % 3] ?? 0;
    const busy = [1, 4, 40][Math.floor(run / 15) % 3] ?? 1;
    const watch = new RollbackWatch({ ...plannedTest, windows: [] });
    const minutes: MinuteCounts[] = [];
    for (let minute = 0; minute < 40; minute++) {
      const counts = (share: number) => {
        const requests = Math.floor(random() * 2 * busy);
        return [requests, Array.from({ length: requests }, random).filter((one) => one < share).length] as const;
      };
      const [candidateRequests, candidateFailures] = counts(failing);
      const [liveRequests, liveFailures] = counts(liveFailing);
      if (candidateRequests + liveRequests === 0) continue;
      minutes.push({ minute, candidateRequests, candidateFailures, liveRequests, liveFailures });
    }
    const last = minutes.map((counts) => watch.add(counts)).at(-1);
    expect(Number(reached(minutes)) > 0, `run ${run}`).toBe(last !== undefined);
    ends[last === undefined ? "kept" : "returned"]++;
  }
  expect(Math.min(ends.returned, ends.kept)).toBeGreaterThan(20);
});

it("are what one call of GetMetricData takes, with one value in return", () => {
  const queries = build();
  expect(queries.length).toBeLessThanOrEqual(500);
  expect(new Set(queries.map(({ Id }) => Id)).size).toBe(queries.length);
  for (const query of queries) {
    expect(query.Id).toMatch(/^[a-z][A-Za-z0-9_]*$/);
    if ("Expression" in query) expect(query.Expression.length).toBeLessThanOrEqual(2048);
  }
  expect(queries.filter(({ ReturnData }) => ReturnData).map(({ Id }) => Id)).toEqual(["reached"]);
});

it("take the target groups from the machine's data, and the load balancer as it is", () => {
  const dimensions = build().flatMap((query) => ("MetricStat" in query ? query.MetricStat.Metric.Dimensions : []));
  for (const one of dimensions) {
    if (one.Name === "TargetGroup") {
      expect(Object.values(groups)).toContain(one["Value.$"]);
      expect(one).not.toHaveProperty("Value");
    } else expect(one).toEqual({ Name: "LoadBalancer", Value: "app/portal/1" });
  }
  expect(new Set(dimensions.map(({ Name }) => Name))).toEqual(new Set(["LoadBalancer", "TargetGroup"]));
});
