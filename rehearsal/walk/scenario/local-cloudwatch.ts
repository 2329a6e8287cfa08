import { CloudWatchClient, type GetMetricDataCommandInput } from "@aws-sdk/client-cloudwatch";
import type { GateAws } from "../../../infra/aws/look-at-stage.ts";
import { readRequests, readTraffic } from "../../../infra/aws/metrics.ts";
import { readResponseTimes } from "../../../infra/aws/response-times.ts";
import { loadBalancerDimension } from "../../../infra/aws/stage-aws.ts";
import { byColour } from "../../../rollout/colour.ts";
import { targetGroupArnSuffix } from "../../../rollout/rollback-machine.ts";
import type { MetricStore } from "../../local/alarms/metrics.ts";
import { type PlannedStack, readOutput } from "../../plan/planned-resource.ts";

/**
 * Has the program's own questions about requests answered from local metrics. The SDK's client is a real one, whose calls do not
 * leave this process.
 */
export function readingLocalMetrics(
  plan: PlannedStack,
  store: MetricStore,
  now: () => Date,
): Pick<GateAws, "readRequests" | "readStepFigures" | "readTraffic"> {
  const client = new CloudWatchClient({
    region: "ap-southeast-2",
    credentials: { accessKeyId: "local", secretAccessKey: "local" },
  });
  client.middlewareStack.add(
    () =>
      async ({ input }) => ({ output: answerSeries(input as GetMetricDataCommandInput, store), response: {} }),
    { step: "initialize", name: "local-metrics" },
  );
  const targetGroupArns = readOutput(plan, "targetGroupArns");
  const dimensions = {
    loadBalancer: loadBalancerDimension(readOutput(plan, "loadBalancerArn")),
    targetGroups: byColour((colour) => targetGroupArnSuffix(targetGroupArns[colour])),
    metricNamespace: readOutput(plan, "metricNamespace"),
  };
  return {
    readRequests: (live, watched) => readRequests(client, dimensions, live, watched),
    // No database and no tasks of AWS are here to be measured.
    readStepFigures: async (live, window) => ({
      responseTimes: await readResponseTimes(client, dimensions, live, window),
    }),
    readTraffic: (live, hours) => readTraffic(client, dimensions, live, hours, now()),
  };
}

/** Answers GetMetricData: a value for each period in which something was reported. Periods begin at the start time. */
function answerSeries({ MetricDataQueries = [], StartTime, EndTime }: GetMetricDataCommandInput, store: MetricStore) {
  const [from, until] = [StartTime?.getTime() ?? 0, EndTime?.getTime() ?? 0];
  const MetricDataResults = MetricDataQueries.map(({ Id, MetricStat }) => {
    const { Metric, Period = 60, Stat = "" } = MetricStat ?? {};
    const identity = {
      namespace: Metric?.Namespace ?? "",
      metricName: Metric?.MetricName ?? "",
      dimensions: Object.fromEntries((Metric?.Dimensions ?? []).map(({ Name = "", Value = "" }) => [Name, Value])),
    };
    const points: { readonly at: number; readonly value: number }[] = [];
    for (let at = from; at < until; at += Period * 1000) {
      const value = store.statistic(identity, Stat, at, Math.min(until, at + Period * 1000));
      if (value !== undefined) points.push({ at, value });
    }
    return {
      Id,
      StatusCode: "Complete",
      Timestamps: points.map(({ at }) => new Date(at)),
      Values: points.map(({ value }) => value),
    };
  });
  return { MetricDataResults, $metadata: {} };
}
