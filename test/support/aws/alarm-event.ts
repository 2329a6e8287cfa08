/** An event as EventBridge hands it to rules. */
export interface AwsEvent {
  readonly source: string;
  readonly "detail-type": string;
  readonly resources: readonly string[];
  readonly detail: Readonly<Record<string, unknown>>;
}

/**
 * What CloudWatch sends to EventBridge when a composite alarm changes state: the fields of the event that its User Guide
 * shows, with this alarm's name and states in them, and without those of a suppressor.
 *
 * @see Amazon CloudWatch User Guide, "Alarm events and EventBridge"
 */
export function alarmEvent(alarmArn: string, state: "ALARM" | "OK"): AwsEvent {
  const alarmName = alarmArn.split(":alarm:")[1] ?? "";
  const before = state === "ALARM" ? "OK" : "ALARM";
  return {
    source: "aws.cloudwatch",
    "detail-type": "CloudWatch Alarm State Change",
    resources: [alarmArn],
    detail: {
      alarmName,
      state: {
        value: state,
        reason: `${alarmArn} transitioned to ${state} at Friday 22 July, 2022 15:57:45 UTC`,
        reasonData: JSON.stringify({
          triggeringAlarms: [{ arn: alarmArn, state: { value: state, timestamp: "2022-07-22T15:57:45.394+0000" } }],
        }),
        timestamp: "2022-07-22T15:57:45.394+0000",
      },
      previousState: {
        value: before,
        reason: `${alarmArn} transitioned to ${before} at Friday 22 July, 2022 15:55:04 UTC`,
        timestamp: "2022-07-22T15:55:04.000+0000",
      },
      configuration: { alarmRule: "ALARM(FirstChild) OR ALARM(SecondChild)" },
    },
  };
}
