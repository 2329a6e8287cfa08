import { LogMetricFilter } from "@pulumi/aws/cloudwatch/logMetricFilter.js";
import * as pulumi from "@pulumi/pulumi";
import { byColour, type Colour, colours } from "../../rollout/colour.ts";
import type { UntaggedScope } from "../scope.ts";
import { type LogEvent, type LogEventName, logEvents, logMetricName, slowQueries } from "./log-contract.ts";

/** Arguments of {@link LogMetrics}. */
export interface LogMetricsArgs {
  /** The API's log group of each colour. */
  readonly logGroupNames: Readonly<Record<Colour, pulumi.Input<string>>>;
  /** Log group of the database's server log. */
  readonly databaseLogGroupName: pulumi.Input<string>;
  /** Namespace of the metrics. Changing it begins new metrics and leaves the old ones as they were. */
  readonly namespace: string;
}

const eventNames = Object.keys(logEvents) as readonly LogEventName[];

/** Metrics from the logs, for what the load balancer cannot see (guide M2 to M5, A3). */
export class LogMetrics extends pulumi.ComponentResource {
  /** Names of the metrics, by event and colour. */
  public readonly metricNames: Readonly<Record<LogEventName, Readonly<Record<Colour, string>>>>;

  /** @param name base name of the stack, such as `portal-production` */
  constructor(name: string, args: LogMetricsArgs, opts?: pulumi.ComponentResourceOptions) {
    super("celebrant:observability:LogMetrics", name, {}, opts);
    const scope: UntaggedScope = { name, parent: this };
    for (const colour of colours) {
      for (const event of eventNames) createEventFilters(scope, { ...args, event, colour });
    }
    createSlowQueryFilter(scope, args);
    this.metricNames = Object.fromEntries(
      eventNames.map((event) => [event, byColour((colour) => logMetricName(event, colour))]),
    ) as Record<LogEventName, Record<Colour, string>>;
    this.registerOutputs({ metricNames: this.metricNames });
  }
}

interface EventFilterArgs extends LogMetricsArgs {
  readonly event: LogEventName;
  readonly colour: Colour;
}

function createEventFilters({ name, parent }: UntaggedScope, args: EventFilterArgs): void {
  const { event, colour } = args;
  const { metric, patterns, value, unit, dimensions }: LogEvent = logEvents[event];
  patterns.forEach((pattern, index) => {
    const suffix = index === 0 ? "" : `-${index + 1}`;
    new LogMetricFilter(
      `${name}-${colour}-${metric}${suffix}`,
      {
        logGroupName: args.logGroupNames[colour],
        pattern,
        metricTransformation: {
          namespace: args.namespace,
          name: logMetricName(event, colour),
          value: value ?? "1",
          unit: unit ?? "Count",
          // Only a count may be filled up with zeros, and CloudWatch takes no default together with dimensions.
          defaultValue: value === undefined && dimensions === undefined ? "0" : undefined,
          dimensions,
        },
      },
      { parent },
    );
  });
}

function createSlowQueryFilter({ name, parent }: UntaggedScope, args: LogMetricsArgs): void {
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
    { parent },
  );
}
