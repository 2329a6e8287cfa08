import type { AlarmState } from "./alarm-rule.ts";
import type { MetricStore } from "./metric-store.ts";
import type { PlannedCompositeAlarm } from "./planned-alarms.ts";
import type { PlannedMetricAlarm } from "./planned-metric-alarm.ts";
import { statisticOf } from "./statistic.ts";

/** When an alarm is evaluated, and on what. */
export interface Evaluation {
  readonly store: Pick<MetricStore, "values">;
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
 * Evaluates an alarm over its last periods, which end now and not at full minutes, as CloudWatch does once a minute.
 *
 * A period without data counts as planned. CloudWatch looks further back for data first, which makes a difference only to
 * alarms over several periods whose data arrives late; here none does.
 *
 * @see CloudWatch User Guide, "Evaluating an alarm", "Configuring how CloudWatch alarms treat missing data"
 */
export function evaluateMetricAlarm(alarm: PlannedMetricAlarm, { store, at, timeFactor }: Evaluation): AlarmState {
  const length = (alarm.periodSeconds * 1000) / timeFactor;
  let bad = 0;
  for (let back = 0; back < alarm.periods; back++) {
    const until = at - back * length;
    const values = Object.entries(alarm.metrics).map(([id, { identity, statistic }]) => {
      return [id, statisticOf(statistic, store.values(identity, until - length, until))] as const;
    });
    const value = alarm.math(Object.fromEntries(values));
    const isBad =
      value === undefined ? alarm.missingData === "breaching" : exceeds[alarm.comparison](value, alarm.threshold);
    if (isBad) bad++;
  }
  return bad >= alarm.badPeriods ? "ALARM" : "OK";
}

/** What a composite alarm is in, and the logical names of its parts that are in ALARM. */
export interface CompositeEvaluation {
  readonly state: AlarmState;
  readonly firing: readonly string[];
}

/** Evaluates a composite alarm: its parts first, then its rule on what they are in. */
export function evaluateComposite(composite: PlannedCompositeAlarm, evaluation: Evaluation): CompositeEvaluation {
  const states = new Map(composite.parts.map((part) => [part.name, evaluateMetricAlarm(part, evaluation)]));
  const firing = composite.parts.filter(({ name }) => states.get(name) === "ALARM");
  return {
    state: composite.rule.holds((name) => states.get(name) ?? "OK") ? "ALARM" : "OK",
    firing: firing.map(({ logicalName }) => logicalName),
  };
}
