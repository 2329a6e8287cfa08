import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import { type LogEvent, type LogEventName, logEvents, logMetricName, slowQueries } from "./log-contract.ts";

/** Arguments of {@link LogMetrics}. */
export interface LogMetricsArgs {
  /** The API's log group of each colour. */
  readonly logGroupNames: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** Log group of the database's server log. Without it slow queries are not counted. */
  readonly databaseLogGroupName?: pulumi.Input<string>;
  /** Namespace of the metrics. Changing it begins new metrics and leaves the old ones as they were. */
  readonly namespace: string;
}

const eventNames = Object.keys(logEvents) as readonly LogEventName[];

/** Metrics from the logs: what the load balancer cannot see (guide M2 to M5, A3). */
export class LogMetrics extends pulumi.ComponentResource {
  /** Names of the metrics, by event and colour. */
  public readonly metricNames: Readonly<Record<LogEventName, Readonly<Record<Colour, string>>>>;

  /** @param name base name of the stack, such as `portal-production` */
  constructor(name: string, args: LogMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:LogMetrics", name, {}, opts);
    for (const colour of colours) {
      for (const event of eventNames) createEventFilters(`${name}-${colour}`, args, { event, colour }, this);
    }
    if (args.databaseLogGroupName !== undefined) {
      new LogMetricFilter(
        `${name}-slow-queries`,
        {
          logGroupName: args.databaseLogGroupName,
          pattern: slowQueries.pattern,
          metricTransformation: {
            namespace: args.namespace,
            name: slowQueries.metric,
            value: "1",
            unit: "Count",
            defaultValue: "0",
          },
        },
        { parent: this },
      );
    }
    this.metricNames = Object.fromEntries(
      eventNames.map((event) => [event, byColour((colour) => logMetricName(event, colour))]),
    ) as Record<LogEventName, Record<Colour, string>>;
    this.registerOutputs({ metricNames: this.metricNames });
  }
}

function createEventFilters(
  name: string,
  args: LogMetricsArgs,
  { event, colour }: { event: LogEventName; colour: Colour },
  parent: pulumi.Resource,
): void {
  const { patterns, value, unit, dimensions }: LogEvent = logEvents[event];
  const metric = logMetricName(event, colour);
  patterns.forEach((pattern, index) => {
    const suffix = index === 0 ? "" : `-${index + 1}`;
    new LogMetricFilter(
      `${name}-${logEvents[event].metric}${suffix}`,
      {
        logGroupName: args.logGroupNames[colour],
        pattern,
        metricTransformation: {
          namespace: args.namespace,
          name: metric,
          value: value ?? "1",
          unit: unit ?? "Count",
          // Only a count may be filled up with zeros, and CloudWatch takes no default together with dimensions.
          ...(value === undefined && dimensions === undefined ? { defaultValue: "0" } : {}),
          ...(dimensions === undefined ? {} : { dimensions }),
        },
      },
      { parent },
    );
  });
}
