import type { Colour } from "../../rollout/colour.ts";

/**
 * What is read from the API's logs. Beside its usual lines the application writes JSON objects with a field `event`, one a
 * line. `docs/observability.md` is the contract with its authors.
 */
export interface LogEvent {
  /** First part of the metric's name. */
  readonly metric: string;
  /** Filter patterns that find it (CloudWatch Logs User Guide, "Filter pattern syntax"). */
  readonly patterns: readonly string[];
  /** What is published for each line found. Default: the count, 1. */
  readonly value?: string;
  /** Unit of the metric. Default `Count`. */
  readonly unit?: "Milliseconds";
  /** Fields of the line that become dimensions. CloudWatch then reports no zero for an empty minute. */
  readonly dimensions?: Readonly<Record<string, string>>;
}

/** Name of a log event. */
export type LogEventName = keyof typeof logEvents;

/** The events by what they report. */
export const logEvents = {
  /** Guide M4. */
  failedLogins: { metric: "FailedLogins", patterns: ['{ $.event = "login_failed" }'] },
  /** Guide M5. */
  registrations: { metric: "Registrations", patterns: ['{ $.event = "registration_completed" }'] },
  /** Guide M5. The feature's name is a dimension. It comes from a list in the application, never from a user. */
  featureUsage: {
    metric: "FeatureUsage",
    patterns: ['{ $.event = "feature_used" && $.feature = "*" }'],
    dimensions: { Feature: "$.feature" },
  },
  /** The same over all features, so that the gate can compare the colours: CloudWatch adds up no dimensions by itself. */
  featureUses: { metric: "FeatureUses", patterns: ['{ $.event = "feature_used" }'] },
  /** Guide M3: page load time as browsers report it to the API. */
  pageLoad: {
    metric: "PageLoad",
    patterns: ['{ $.event = "page_loaded" && $.milliseconds >= 0 }'],
    value: "$.milliseconds",
    unit: "Milliseconds",
  },
  /**
   * Guide A3. The patterns find the event, and what psycopg and SQLAlchemy write in a traceback. So the alarm also works
   * when the application fails before it can log.
   */
  connectionFailures: {
    metric: "DatabaseConnectionFailures",
    patterns: [
      '{ $.event = "database_connection_failed" }',
      '"connection to server at" "failed" -"database_connection_failed"',
      '"QueuePool limit of size" -"database_connection_failed"',
    ],
  },
} as const satisfies Readonly<Record<string, LogEvent>>;

/**
 * The metric that a colour's log event is published as. The colour is in the name and not in a dimension. A filter with
 * dimensions cannot report a zero, and an alarm that never saw a zero cannot return to OK.
 *
 * @example logMetricName("failedLogins", "blue") === "FailedLogins-blue"
 */
export function logMetricName(event: LogEventName, colour: Colour): string {
  return `${logEvents[event].metric}-${colour}`;
}

/** Guide M2: statements that PostgreSQL logged for being slow. */
export const slowQueries = {
  metric: "SlowQueries",
  /** What `log_min_duration_statement` writes. */
  pattern: '"duration:" "ms"',
} as const;
