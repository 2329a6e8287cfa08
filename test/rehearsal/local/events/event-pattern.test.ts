import { describe, expect, it } from "vitest";
import { alarmStateChange, readEventPattern } from "../../../../rehearsal/local/rollback/events.ts";
import { compositeAlarmEvent, metricAlarmEvent } from "./recorded-events.ts";

const arn = compositeAlarmEvent.resources[0] ?? "";
const pattern = {
  source: ["aws.cloudwatch"],
  "detail-type": ["CloudWatch Alarm State Change"],
  resources: [arn],
  detail: { state: { value: ["ALARM"] } },
};
const matches = (wanted: object, event: object) => readEventPattern(JSON.stringify(wanted))({ ...event });

describe("readEventPattern", () => {
  it("matches the alarm that the planned pattern names, when it goes off", () => {
    expect(matches(pattern, compositeAlarmEvent)).toBe(true);
  });

  it.each([
    ["another alarm", metricAlarmEvent],
    [
      "the alarm going back to OK",
      { ...compositeAlarmEvent, detail: { ...compositeAlarmEvent.detail, state: { value: "OK" } } },
    ],
    ["an event of another kind", { ...compositeAlarmEvent, "detail-type": "CloudWatch Alarm Configuration Change" }],
    ["an event of another source", { ...compositeAlarmEvent, source: "aws.ec2" }],
    ["an event without details", { ...compositeAlarmEvent, detail: undefined }],
    ["an event whose state is a text", { ...compositeAlarmEvent, detail: { state: "ALARM" } }],
  ])("does not match %s", (_, event) => {
    expect(matches(pattern, event)).toBe(false);
  });

  it("matches any of several values, and a list by any of its items", () => {
    expect(matches({ region: ["eu-west-1", "us-east-1"] }, compositeAlarmEvent)).toBe(true);
    expect(matches({ resources: [arn] }, { ...compositeAlarmEvent, resources: ["arn:other", arn] })).toBe(true);
    expect(matches({ resources: [arn] }, { ...compositeAlarmEvent, resources: [] })).toBe(false);
  });

  it.each([[{ source: [{ prefix: "aws." }] }], [{ source: "aws.cloudwatch" }], [{ source: [] }]])(
    "refuses what it does not know: %j",
    (wanted) => {
      expect(() => readEventPattern(JSON.stringify(wanted))).toThrow("has more than exact values");
    },
  );
});

describe("alarmStateChange", () => {
  it("has the shape of the event that CloudWatch's documentation shows", () => {
    const { alarmName: name, configuration } = compositeAlarmEvent.detail;
    const event = alarmStateChange({
      alarm: { name, arn, ruleText: configuration.alarmRule },
      from: "OK",
      to: "ALARM",
      at: new Date("2022-07-22T15:57:45.394Z"),
      reason: "in ALARM: first",
    });
    expect(event).toEqual({
      ...compositeAlarmEvent,
      id: expect.stringMatching(/^[0-9a-f-]{36}$/),
      detail: {
        alarmName: name,
        state: { value: "ALARM", reason: "in ALARM: first", timestamp: "2022-07-22T15:57:45.394+0000" },
        previousState: { value: "OK" },
        configuration,
      },
    });
  });
});
