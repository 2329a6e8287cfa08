/** Events in the shape that the CloudWatch User Guide shows under "Alarm events and EventBridge". */

/** A composite alarm that went off. */
export const compositeAlarmEvent = {
  version: "0",
  id: "d3dfc86d-384d-24c8-0345-9f7986db0b80",
  "detail-type": "CloudWatch Alarm State Change",
  source: "aws.cloudwatch",
  account: "123456789012",
  time: "2022-07-22T15:57:45Z",
  region: "us-east-1",
  resources: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:portal-production-green-unfit"],
  detail: {
    alarmName: "portal-production-green-unfit",
    state: {
      value: "ALARM",
      reason:
        "arn:aws:cloudwatch:us-east-1:123456789012:alarm:portal-production-green-error-rate transitioned to ALARM at Friday 22 July, 2022 15:57:45 UTC",
      timestamp: "2022-07-22T15:57:45.394+0000",
    },
    previousState: { value: "OK", reason: "", timestamp: "2022-07-22T15:20:00.000+0000" },
    configuration: { alarmRule: 'ALARM("portal-production-green-error-rate")' },
  },
} as const;

/** An alarm on one metric that went off. */
export const metricAlarmEvent = {
  ...compositeAlarmEvent,
  resources: ["arn:aws:cloudwatch:us-east-1:123456789012:alarm:ServerCpuTooHigh"],
  detail: {
    alarmName: "ServerCpuTooHigh",
    state: { value: "ALARM", reason: "Threshold Crossed", timestamp: "2019-10-02T17:04:40.989+0000" },
    previousState: { value: "OK", reason: "", timestamp: "2019-10-02T17:03:40.000+0000" },
    configuration: { description: "Goes into alarm when server CPU utilization is too high!", metrics: [] },
  },
} as const;
