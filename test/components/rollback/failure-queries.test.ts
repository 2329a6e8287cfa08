import { expect, it } from "vitest";
import { failureQueries } from "../../../components/rollback/failure-queries.ts";
import { answerMetricData } from "../../../rehearsal/local/alarms/metric-data.ts";
import { MetricStore } from "../../../rehearsal/local/alarms/metrics.ts";
import { type PeriodMinutes, periodsMinutes } from "../../../rollout/rollback-test/boundaries.ts";
import { type MinuteCounts, RollbackWatch } from "../../../rollout/rollback-test/rollback-watch.ts";
import { planTest } from "../../rollout/rollback-test/planned-test.ts";
import { seededRandom } from "../../rollout/rollback-test/simulated-rollout.ts";

const plannedTest = planTest();
const groups = { candidate: "targetgroup/green/2", live: "targetgroup/blue/1" };
const queriesOf = (periodMinutes: PeriodMinutes) => failureQueries(plannedTest, periodMinutes, "app/portal/1", groups);

/** The queries with their paths followed: here a path is the group itself. */
const asked = (periodMinutes: PeriodMinutes) => {
  const Period = periodMinutes === 1 ? (60 as const) : (300 as const);
  return queriesOf(periodMinutes).map((query) =>
    "MetricStat" in query
      ? {
          ...query,
          MetricStat: {
            ...query.MetricStat,
            Period,
            Metric: {
              ...query.MetricStat.Metric,
              Dimensions: query.MetricStat.Metric.Dimensions.map((one) => ({
                Name: one.Name,
                Value: one["Value.$"] ?? one.Value ?? "",
              })),
            },
          },
        }
      : { ...query, Period },
  );
};

/** How many boundaries the queries find reached, by the metrics that the load balancer would report. */
function reached(minutes: readonly MinuteCounts[], periodMinutes: PeriodMinutes): unknown {
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
  for (const counts of minutes) {
    const { minute } = counts;
    for (const [group, requests, failures, unanswered] of [
      [groups.candidate, counts.candidateRequests, counts.candidateTaskFailures, counts.candidateUnanswered],
      [groups.live, counts.liveRequests, counts.liveTaskFailures, counts.liveUnanswered],
    ] as const) {
      put("RequestCount", group, minute, requests);
      put("HTTPCode_Target_2XX_Count", group, minute, requests - failures - unanswered);
      put("HTTPCode_Target_5XX_Count", group, minute, failures);
    }
    put("HTTPCode_ELB_502_Count", undefined, minute, counts.byBalancer);
  }
  const last = (minutes.at(-1)?.minute ?? 0) + 1;
  const answer = answerMetricData(asked(periodMinutes), {
    store,
    from: 0,
    until: last * 60_000,
    minuteMilliseconds: 60_000,
  });
  return (answer as { readonly MetricDataResults: readonly { readonly Values: readonly number[] }[] })
    .MetricDataResults[0]?.Values[0];
}

it.each(periodsMinutes)("compute what the test's evaluator computes, by periods of %i min", (periodMinutes) => {
  const random = seededRandom(20);
  const boundaries = plannedTest.boundaries.filter((boundary) => boundary.periodMinutes === periodMinutes);
  const ends = { returned: 0, kept: 0 };
  for (let run = 0; run < 150; run++) {
    const failing = [0.005, 0.05, 0.2, 0.6, 1][run % 5] ?? 0;
    const liveFailing = [0, 0.01, 0.05][run % 3] ?? 0;
    const busy = [1, 4, 40][Math.floor(run / 15) % 3] ?? 1;
    const upgrades = run % 4 === 0 ? 0.1 : 0;
    // Some turn bad late, and with some of these live does too.
    const badFrom = run % 2 === 0 ? 0 : 40;
    const liveBadFrom = run % 6 === 1 ? 40 : Number.POSITIVE_INFINITY;
    const watch = new RollbackWatch({ boundaries, windows: [], minimumFailingMinutes: 3 });
    const minutes: MinuteCounts[] = [];
    for (let minute = 3; minute < 73; minute++) {
      const counts = (share: number) => {
        const requests = Math.floor(random() * 2 * busy);
        const drawn = Array.from({ length: requests }, random);
        const failures = drawn.filter((one) => one < share).length;
        return { requests, failures, upgraded: drawn.filter((one) => one > 1 - upgrades && one >= share).length };
      };
      const candidate = counts(minute < badFrom ? 0 : failing);
      const live = counts(minute < liveBadFrom ? liveFailing : failing);
      if (candidate.requests + live.requests === 0) continue;
      const ofTasks = (of: typeof candidate) => (upgrades === 0 ? of.failures : 0);
      const unanswered = (of: typeof candidate) => of.upgraded + of.failures - ofTasks(of);
      minutes.push({
        minute,
        candidateRequests: candidate.requests,
        candidateTaskFailures: ofTasks(candidate),
        candidateUnanswered: unanswered(candidate),
        liveRequests: live.requests,
        liveTaskFailures: ofTasks(live),
        liveUnanswered: unanswered(live),
        byBalancer: upgrades === 0 ? 0 : candidate.failures + live.failures,
      });
    }
    const last = minutes.map((counts) => watch.add(counts)).at(-1);
    expect(Number(reached(minutes, periodMinutes)) > 0, `run ${run}`).toBe(last !== undefined);
    ends[last === undefined ? "kept" : "returned"]++;
  }
  expect(Math.min(ends.returned, ends.kept)).toBeGreaterThan(20);
});

it.each(periodsMinutes)(
  "are what one call of GetMetricData takes, with one value in return, by periods of %i min",
  (periodMinutes) => {
    const queries = queriesOf(periodMinutes);
    expect(queries.length).toBeLessThanOrEqual(500);
    expect(new Set(queries.map(({ Id }) => Id)).size).toBe(queries.length);
    for (const query of queries) {
      expect(query.Id).toMatch(/^[a-z][A-Za-z0-9_]*$/);
      if ("Expression" in query) expect(query.Expression.length).toBeLessThanOrEqual(2048);
    }
    expect(queries.filter(({ ReturnData }) => ReturnData).map(({ Id }) => Id)).toEqual(["reached"]);
    // CloudWatch charges by metric.
    expect(queries.filter((query) => "MetricStat" in query)).toHaveLength(12);
  },
);

it.each(periodsMinutes)(
  "take the target groups from the machine's data, and the load balancer as it is, by periods of %i min",
  (periodMinutes) => {
    const dimensions = queriesOf(periodMinutes).flatMap((query) =>
      "MetricStat" in query ? query.MetricStat.Metric.Dimensions : [],
    );
    for (const one of dimensions) {
      if (one.Name === "TargetGroup") {
        expect(Object.values(groups)).toContain(one["Value.$"]);
        expect(one).not.toHaveProperty("Value");
      } else expect(one).toEqual({ Name: "LoadBalancer", Value: "app/portal/1" });
    }
    expect(new Set(dimensions.map(({ Name }) => Name))).toEqual(new Set(["LoadBalancer", "TargetGroup"]));
  },
);

it.each(periodsMinutes)("ask for periods of %i min and state the boundaries' own numbers", (periodMinutes) => {
  const queries = queriesOf(periodMinutes);
  const periods = queries.map((query) => ("MetricStat" in query ? query.MetricStat.Period : query.Period));
  expect(new Set(periods)).toEqual(new Set([periodMinutes * 60]));
  const expressions = new Map(queries.map((query) => [query.Id, "Expression" in query ? query.Expression : ""]));
  for (const { alternativePercent, leastRequests, changeThreshold, ...boundary } of plannedTest.boundaries) {
    if (boundary.periodMinutes !== periodMinutes) continue;
    const key = `${alternativePercent}_${leastRequests}`;
    const candidate = expressions.get(`failing_${key}_candidate`);
    expect(candidate?.startsWith(`IF(requests_candidate >= ${leastRequests}, `)).toBe(leastRequests > 1);
    const reachedBy = expressions.get(`reached_${key}_0`);
    if (changeThreshold === undefined) {
      expect(expressions.has(`failing_${key}_live`)).toBe(false);
      expect(reachedBy).not.toContain("_live) <");
      continue;
    }
    // Live counts in each period, and has turned bad as well from an eighth of the candidate's threshold on.
    expect(expressions.get(`failing_${key}_live`)).toMatch(/^IF\(failures_live > /);
    expect(reachedBy).toContain(`(SUM(score_${key}_0_live) < ${Number((0.125 * changeThreshold).toFixed(6))})`);
  }
});
