import type { Colour } from "../../../rollout/colour.ts";
import type { PlannedStack } from "../../plan/planned-resource.ts";
import type { TargetGroupStatus } from "../balancer/target-group.ts";
import type { RequestRecord } from "../load/request.ts";
import type { PlannedMachine } from "../rollback/planned-rollback.ts";
import { evaluationRange, type PeriodResult, stateOfPeriods } from "./evaluate-periods.ts";
import type { AlarmState } from "./formulas.ts";
import { MetricStore } from "./metrics.ts";
import type { PlannedCompositeAlarm, PlannedLimitAlarm, PlannedMetricAlarm } from "./planned-alarms.ts";
import { TrafficMetrics } from "./traffic-metrics.ts";

/** A composite alarm that changed its state. */
export interface AlarmChange {
  readonly name: string;
  /** The colour that it watches. */
  readonly colour: Colour;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** When it was evaluated, milliseconds since 1970. */
  readonly at: number;
  /** The minute that was evaluated, by its number since the watch began; the first is 1. */
  readonly minute: number;
  /** Logical names of its parts that were in ALARM. */
  readonly firing: readonly string[];
}

/** An alarm on a step's limit that changed its state. */
export interface LimitChange {
  readonly name: string;
  readonly from: AlarmState;
  readonly to: AlarmState;
  /** When it was evaluated, milliseconds since 1970. */
  readonly at: number;
}

/** An alarm and its state. */
export interface AlarmStatus {
  readonly name: string;
  readonly arn: string;
  readonly state: AlarmState;
}

/** What is measured at one moment. */
export interface Measured {
  /** Every request so far, in the order in which they ended. */
  readonly requests: readonly RequestRecord[];
  readonly targetGroups: readonly TargetGroupStatus[];
  /** End of the minute by the clock of metrics, milliseconds since 1970. */
  readonly minuteEnd: number;
  readonly minute: number;
  /** When it was measured, milliseconds since 1970. */
  readonly at: number;
}

/** The metrics that the planned alarms look at, and the state of each composite alarm. */
export class AlarmWatch {
  /** Every change of a composite alarm, in order. */
  readonly changes: AlarmChange[] = [];
  /** Every change of an alarm on a step's limit, in order. */
  readonly limitChanges: LimitChange[] = [];
  readonly store: MetricStore;
  readonly #timeFactor: number;
  readonly #states = new Map<string, AlarmState>();
  #metrics: TrafficMetrics | undefined;

  /** @param timeFactor how many times faster than planned the alarms' periods pass */
  constructor(timeFactor: number) {
    this.#timeFactor = timeFactor;
    // The clock of metrics is turned by the minute.
    this.store = new MetricStore(true);
  }

  /** Prepares the metrics that a plan's alarms look at. @param machine publishes metrics of its own */
  apply(plan: Pick<PlannedStack, "outputs">, machine: PlannedMachine): void {
    this.#metrics ??= new TrafficMetrics(this.store, plan);
    for (const { namespace, metricName } of machine.publishedMetrics) this.store.announce(namespace, metricName);
  }

  /** Evaluates alarms on what was measured. @returns the alarms whose state changed, each with the change */
  evaluate(
    alarms: readonly PlannedCompositeAlarm[],
    { requests, targetGroups, minuteEnd, minute, at }: Measured,
  ): readonly { readonly alarm: PlannedCompositeAlarm; readonly change: AlarmChange }[] {
    this.#metrics?.recordRequests(requests, minuteEnd);
    this.#metrics?.recordGroups(targetGroups, minuteEnd);
    const evaluation = { store: this.store, at: minuteEnd, timeFactor: this.#timeFactor };
    return alarms.flatMap((alarm) => {
      const { state: to, firing } = evaluateComposite(alarm, evaluation);
      const from = this.#stateOf(alarm);
      this.#states.set(alarm.name, to);
      if (from === to) return [];
      const change = { name: alarm.name, colour: alarm.colour, from, to, at, minute, firing };
      this.changes.push(change);
      return [{ alarm, change }];
    });
  }

  /** Evaluates the alarms on limits. @returns the alarms whose state changed, each with the change */
  evaluateLimits(
    alarms: readonly PlannedLimitAlarm[],
    { minuteEnd, at }: Pick<Measured, "minuteEnd" | "at">,
  ): readonly { readonly alarm: PlannedLimitAlarm; readonly change: LimitChange }[] {
    return alarms.flatMap((alarm) => {
      const to = evaluateMetricAlarm(alarm.alarm, { store: this.store, at: minuteEnd, timeFactor: this.#timeFactor });
      const from = this.#stateOf(alarm);
      this.#states.set(alarm.name, to);
      if (from === to) return [];
      const change = { name: alarm.name, from, to, at };
      this.limitChanges.push(change);
      return [{ alarm, change }];
    });
  }

  /** The state of each of these alarms now. */
  status(alarms: readonly Pick<PlannedCompositeAlarm, "name" | "arn">[]): readonly AlarmStatus[] {
    return alarms.map((alarm) => ({ name: alarm.name, arn: alarm.arn, state: this.#stateOf(alarm) }));
  }

  /** An alarm that was never evaluated counts as OK. A change to OK starts nothing, so nothing is missed. */
  #stateOf({ name }: { readonly name: string }): AlarmState {
    return this.#states.get(name) ?? "OK";
  }
}

/** When alarms are evaluated, and on which metrics. */
interface Evaluation {
  readonly store: Pick<MetricStore, "statistic">;
  /** End of the last period, milliseconds since 1970. */
  readonly at: number;
  /** How many times faster than planned the periods pass. */
  readonly timeFactor: number;
}

const exceeds = {
  GreaterThanThreshold: (value: number, threshold: number) => value > threshold,
  GreaterThanOrEqualToThreshold: (value: number, threshold: number) => value >= threshold,
  LessThanThreshold: (value: number, threshold: number) => value < threshold,
} as const;

/**
 * Evaluates an alarm over its last periods. As in CloudWatch, they end now and not at the full minute.
 *
 * @see CloudWatch User Guide, "Evaluating an alarm"
 */
export function evaluateMetricAlarm(alarm: PlannedMetricAlarm, { store, at, timeFactor }: Evaluation): AlarmState {
  const length = (alarm.periodSeconds * 1000) / timeFactor;
  return stateAfterPeriods(alarm, (back) => {
    const until = at - back * length;
    return resultOfPeriod(alarm, store, until - length, until);
  });
}

/**
 * How far back an alarm on one value is looked for its last one where it keeps its state for want of data. It is read from that
 * value, so that the state before does not matter.
 */
const rememberedPeriods = 30;

/** The state of an alarm. @param resultAt the result of a period of the evaluation range, 0 for the newest */
export function stateAfterPeriods(alarm: PlannedMetricAlarm, resultAt: (back: number) => PeriodResult): AlarmState {
  const newestFirst: PeriodResult[] = [];
  let known = 0;
  // What is older than enough known values does not matter, and is not computed.
  const range = alarm.missingData === "ignore" ? rememberedPeriods : evaluationRange(alarm);
  for (let back = 0; back < range && known < alarm.periods; back++) {
    const result = resultAt(back);
    newestFirst.push(result);
    if (result !== "missing") known++;
  }
  return stateOfPeriods(newestFirst, alarm, "OK");
}

/** What one period of an alarm shows. @param from milliseconds, excluded. @param until milliseconds, included */
export function resultOfPeriod(
  alarm: PlannedMetricAlarm,
  store: Evaluation["store"],
  from: number,
  until: number,
): PeriodResult {
  const values = Object.entries(alarm.metrics).map(([id, { identity, statistic }]) => {
    return [id, store.statistic(identity, statistic, from, until)] as const;
  });
  const value = alarm.math(Object.fromEntries(values));
  if (value === undefined) return "missing";
  return exceeds[alarm.comparison](value, alarm.threshold) ? "bad" : "fine";
}

/**
 * Evaluates a composite alarm: first its parts, then its rule.
 *
 * @returns its state, and the logical names of its parts that are in ALARM
 */
export function evaluateComposite(
  composite: PlannedCompositeAlarm,
  evaluation: Evaluation,
): { readonly state: AlarmState; readonly firing: readonly string[] } {
  const states = new Map(composite.parts.map((part) => [part.name, evaluateMetricAlarm(part, evaluation)]));
  const firing = composite.parts.filter(({ name }) => states.get(name) === "ALARM");
  return {
    state: composite.rule.holds((name) => states.get(name) === "ALARM") ? "ALARM" : "OK",
    firing: firing.map(({ logicalName }) => logicalName),
  };
}
