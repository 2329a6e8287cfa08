import { z } from "zod";
import type { MetricIdentity } from "../alarms/metrics.ts";

const definition = z.object({
  States: z.record(
    z.string(),
    z.looseObject({ Resource: z.string().optional(), Parameters: z.record(z.string(), z.unknown()).optional() }),
  ),
});
const published = z.object({ Namespace: z.string(), MetricData: z.array(z.object({ MetricName: z.string() })) });

/** The kinds of metrics that a definition publishes. An alarm on another would watch what nobody reports. */
export function publishedMetrics(text: string): readonly Pick<MetricIdentity, "namespace" | "metricName">[] {
  const states = Object.values(definition.parse(JSON.parse(text)).States);
  return states
    .filter(({ Resource }) => Resource?.endsWith(":cloudwatch:putMetricData") === true)
    .flatMap(({ Parameters }) => {
      const { Namespace: namespace, MetricData } = published.parse(Parameters);
      return MetricData.map(({ MetricName: metricName }) => ({ namespace, metricName }));
    });
}
