import type { MetricAlarm } from "@pulumi/aws/cloudwatch/metricAlarm.js";
import * as pulumi from "@pulumi/pulumi";
import type { Colour } from "../../rollout/colour.ts";
import { failureAlarm } from "../../rollout/names.ts";
import { type FailingMinutes, periodsIn } from "../../rollout/rollback-test/windows.ts";
import type { Scope, Tags } from "../scope.ts";
import { createAlarm, createMathAlarm, isFiring } from "./alarms.ts";
import { colourFailureMath, colourFailureMetrics } from "./colour-failures.ts";
import { type TargetGroupDimensions, targetGroupMetric, trafficWeightMetric } from "./metrics.ts";

/** Arguments of {@link FailureAlarms}. Changing any of them updates alarms in place, but a window's size is in its name. */
export interface FailureAlarmsArgs extends TargetGroupDimensions {
  readonly colour: Colour;
  /** Namespace of the `TrafficWeight` metric. */
  readonly metricNamespace: string;
  /** When the failures of a colour are too many. */
  readonly windows: readonly FailingMinutes[];
  /** Minutes of other windows for which {@link FailureAlarms.isSettled} is asked. */
  readonly otherWindowMinutes: readonly number[];
  readonly tags: Tags;
}

/**
 * The alarms on a colour's failed requests (guide A1), over windows of minutes to an hour. A part of each colour's composite
 * alarm, and made before it, because a colour is not unfit for failures that the other one has alike.
 *
 * An alarm counts failing periods, and not failures: a period of one or five minutes has the value 1 or 0, and so many of the
 * last ones must be 1. So a client that repeats a request counts once a period. CloudWatch advises against `SUM` and `RUNNING_SUM`
 * in alarms, because it retrieves more values than it evaluates.
 *
 * @see CloudWatch User Guide, "Using math expressions with CloudWatch metrics"
 */
export class FailureAlarms extends pulumi.ComponentResource {
  /** The condition of a composite alarm that holds while the colour fails too often, whatever the other one does. */
  public readonly condition: pulumi.Output<string>;
  readonly #idle: ReadonlyMap<number, MetricAlarm>;

  /** @param name base name of the stack, such as `portal-production`. The component is named `<name>-<colour>` */
  constructor(name: string, args: FailureAlarmsArgs, opts?: pulumi.ComponentResourceOptions) {
    const colourName = `${name}-${args.colour}`;
    super("celebrant:observability:FailureAlarms", colourName, {}, opts);
    const scope: Scope = { name: colourName, parent: this, tags: args.tags };
    const spans = new Set([...args.windows.map(({ minutes }) => minutes), ...args.otherWindowMinutes]);
    this.#idle = new Map([...spans].map((minutes) => [minutes, createIdleAlarm(scope, args, minutes)]));
    this.condition = pulumi
      .all(args.windows.map((window) => this.#windowCondition(scope, args, window)))
      .apply((conditions) => conditions.join(" OR "));
    this.registerOutputs({ condition: this.condition });
  }

  /**
   * The condition that the colour had public traffic in all of the last minutes, or that nobody knows. What a window shows
   * from before is of another release, or of the same one before its rollback, and must not return the next one.
   */
  isSettled(minutes: number): pulumi.Output<string> {
    const idle = this.#idle.get(minutes);
    if (idle === undefined) throw new RangeError(`No alarm watches whether the weight was 0 within ${minutes} min.`);
    return pulumi.interpolate`NOT ${isFiring(idle)}`;
  }

  #windowCondition(scope: Scope, args: FailureAlarmsArgs, window: FailingMinutes): pulumi.Output<string> {
    const failing = isFiring(createFailingMinutesAlarm(scope, args, window));
    const settled = this.isSettled(window.minutes);
    if (window.mostRequests === undefined) return pulumi.interpolate`(${failing} AND ${settled})`;
    const quiet = isFiring(createFewRequestsAlarm(scope, args, window.minutes, window.mostRequests));
    return pulumi.interpolate`(${failing} AND ${quiet} AND ${settled})`;
  }
}

/** Goes off where so many of the last periods are failing ones. */
function createFailingMinutesAlarm(scope: Scope, args: FailureAlarmsArgs, window: FailingMinutes): MetricAlarm {
  const { periodMinutes, failingPeriods, failingShare, leastRequests } = window;
  const { failures, requests } = colourFailureMath;
  const periods = periodsIn(window);
  const which =
    failingShare === 0 ? "a request failed" : `more than ${(100 * failingShare).toFixed(1)} % of the requests failed`;
  const among = leastRequests === 1 ? "" : `, of at least ${leastRequests}`;
  const isFailing = `${failures} > ${failingShare === 0 ? "0" : `${failingShare} * ${requests}`}`;
  return createMathAlarm(scope, {
    what: failureAlarm(failingPeriods, periods),
    description: `In ${failingPeriods} of ${periods} periods of ${periodMinutes} min ${which}${among} (guide A1).`,
    comparison: "at least",
    threshold: 1,
    periodSeconds: 60 * periodMinutes,
    periods,
    badPeriods: failingPeriods,
    // The expression has a value in each period. Another alarm watches for missing traffic.
    missingData: "notBreaching",
    expression: `IF(${leastRequests === 1 ? "" : `${requests} >= ${leastRequests} AND `}${isFailing}, 1, 0)`,
    metrics: colourFailureMetrics(args),
  });
}

/** In ALARM while the colour has few requests. No fault: only then do so few failures show one. */
function createFewRequestsAlarm(
  scope: Scope,
  args: FailureAlarmsArgs,
  minutes: number,
  mostRequests: number,
): MetricAlarm {
  return createAlarm(scope, {
    what: `at-most-${mostRequests}-in-${minutes}m`,
    description: `The colour had at most ${mostRequests} requests in ${minutes} min. No fault, only a part of the composite alarm.`,
    comparison: "below",
    threshold: mostRequests + 1,
    periodSeconds: 60 * minutes,
    // Without requests nothing failed.
    missingData: "notBreaching",
    metric: targetGroupMetric(args, "RequestCount", "Sum"),
  });
}

/** In ALARM where the colour's weight was 0 within the window. */
function createIdleAlarm(scope: Scope, args: FailureAlarmsArgs, minutes: number): MetricAlarm {
  return createAlarm(scope, {
    what: `idle-within-${minutes}m`,
    description: `The colour had no public traffic at some time within ${minutes} min. No fault, only a part of the composite alarm.`,
    comparison: "below",
    threshold: 1,
    periodSeconds: 60 * minutes,
    // The check reports the weight each minute. Where it is off nobody knows, and then the failures count.
    missingData: "notBreaching",
    metric: trafficWeightMetric(args.metricNamespace, args.targetGroupArnSuffix, "Minimum"),
  });
}
