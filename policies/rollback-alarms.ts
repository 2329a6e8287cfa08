/** What starts the automatic rollback, read from a stack: the event rules on alarms, and the alarms on steps' limits. */
import { candidateWeightMetricName } from "../rollout/rollback-machine.ts";
import { eventRule, metricAlarm } from "./kinds.ts";
import type { Member, Stack } from "./rule.ts";

export type EventRule = Member<NonNullable<(typeof eventRule)["props"]>>;
export type MetricAlarm = Member<NonNullable<(typeof metricAlarm)["props"]>>;

/** The event rules that wait for alarms of CloudWatch, whichever and in whatever state. */
export function alarmRulesOf({ all }: Stack): readonly EventRule[] {
  return all(eventRule).filter(({ props }) => props.eventPattern?.includes("CloudWatch Alarm"));
}

/** The alarms on the candidate's weight: each holds the limit of a step. */
export function limitAlarmsOf({ all }: Stack): readonly MetricAlarm[] {
  return all(metricAlarm).filter(({ props: { metricName, metricQueries = [] } }) =>
    [metricName, ...metricQueries.map(({ metric }) => metric?.metricName)].includes(candidateWeightMetricName),
  );
}
