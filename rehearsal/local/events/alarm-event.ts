import { randomUUID } from "node:crypto";
import type { AlarmState } from "../alarms/alarm-rule.ts";
import type { PlannedCompositeAlarm } from "../alarms/planned-alarms.ts";

/** An event as EventBridge carries it. */
export type CloudEvent = Readonly<Record<string, unknown>>;

/** A change of an alarm's state. */
export interface AlarmChange {
  readonly alarm: Pick<PlannedCompositeAlarm, "name" | "arn" | "ruleText">;
  readonly from: AlarmState;
  readonly to: AlarmState;
  readonly at: Date;
  /** Why, in words. */
  readonly reason: string;
}

/**
 * The event that CloudWatch sends when a composite alarm changes its state.
 *
 * @see CloudWatch User Guide, "Alarm events and EventBridge", composite alarms
 */
export function alarmStateChange({ alarm, from, to, at, reason }: AlarmChange): CloudEvent {
  const [, , , region, account] = alarm.arn.split(":");
  const timestamp = at.toISOString().replace("Z", "+0000");
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "CloudWatch Alarm State Change",
    source: "aws.cloudwatch",
    account,
    time: `${at.toISOString().slice(0, 19)}Z`,
    region,
    resources: [alarm.arn],
    detail: {
      alarmName: alarm.name,
      state: { value: to, reason, timestamp },
      previousState: { value: from },
      configuration: { alarmRule: alarm.ruleText },
    },
  };
}
