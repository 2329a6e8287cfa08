import { describe, expect, it } from "vitest";
import { MetricStore } from "../../../../rehearsal/local/alarms/metrics.ts";
import {
  monitoringActions,
  type Notice,
  noticeActions,
  parameterActions,
} from "../../../../rehearsal/local/aws/local-aws.ts";

describe("parameterActions", () => {
  const put = { Name: "/latch", Type: "String", Overwrite: true, Value: "new" };

  it("reads what was written", () => {
    const actions = parameterActions(new Map([["/latch", "old"]]));
    actions["ssm:putParameter"]?.(put);
    expect(actions["ssm:getParameter"]?.({ Name: "/latch" })).toMatchObject({ Parameter: { Value: "new" } });
  });

  it.each([
    ["ssm:getParameter", { Name: "/other" }, "Ssm.ParameterNotFoundException"],
    ["ssm:putParameter", { ...put, Overwrite: false }, "Ssm.ParameterAlreadyExistsException"],
    ["ssm:putParameter", { ...put, Value: "x".repeat(4097) }, "Ssm.ValidationException"],
    ["ssm:putParameter", { ...put, Type: "SecureString" }, "Ssm.ValidationException"],
  ])("refuses %s of %o", (action, parameters, name) => {
    const store = new Map([["/latch", "old"]]);
    expect(() => parameterActions(store)[action]?.(parameters)).toThrow(expect.objectContaining({ name }));
    expect(store.get("/latch")).toBe("old");
  });
});

describe("noticeActions", () => {
  const notice = { TopicArn: "arn:alerts", Subject: "Rolled back", Message: "why" };

  it.each([
    [notice, undefined],
    [{ ...notice, Subject: "x".repeat(100) }, undefined],
    [{ ...notice, Subject: "x".repeat(101) }, "Sns.ValidationException"],
    [{ ...notice, Subject: "two\nlines" }, "Sns.ValidationException"],
    [{ ...notice, TopicArn: "arn:other" }, "Sns.NotFoundException"],
  ])("publishes %o as SNS would: %s", (parameters, name) => {
    const mailbox: Notice[] = [];
    const publish = () => noticeActions(() => ["arn:alerts"], mailbox)["sns:publish"]?.(parameters);
    if (name === undefined) publish();
    else expect(publish).toThrow(expect.objectContaining({ name }));
    expect(mailbox).toHaveLength(name === undefined ? 1 : 0);
  });
});

describe("monitoringActions", () => {
  const alarm = { name: "green-unfit", arn: "arn:green-unfit", state: "ALARM" as const };
  const limit = { name: "limit-5", arn: "arn:limit-5", state: "OK" as const };
  const actions = (store = new MetricStore()) =>
    monitoringActions({ composites: () => [alarm], metricAlarms: () => [limit] }, store, () => 7);
  const types = { AlarmTypes: ["CompositeAlarm", "MetricAlarm"] };

  it("tells the state of the alarm that is asked for, and leaves out one that it does not know", () => {
    const describeAlarms = actions()["cloudwatch:describeAlarms"];
    expect(describeAlarms?.({ AlarmNames: ["green-unfit", "other"], ...types })).toEqual({
      CompositeAlarms: [{ AlarmName: "green-unfit", AlarmArn: "arn:green-unfit", StateValue: "ALARM" }],
      MetricAlarms: [],
    });
    // CloudWatch leaves composite alarms out unless they are asked for.
    const both = { AlarmNames: ["green-unfit", "limit-5"] };
    expect(describeAlarms?.({ ...both, AlarmTypes: ["MetricAlarm"] })).toEqual({
      CompositeAlarms: [],
      MetricAlarms: [{ AlarmName: "limit-5", AlarmArn: "arn:limit-5", StateValue: "OK" }],
    });
    expect(describeAlarms?.({ ...both, AlarmTypes: ["CompositeAlarm"] })).toMatchObject({ MetricAlarms: [] });
  });

  it("puts values where the alarms look for them", () => {
    const store = new MetricStore();
    const datum = { MetricName: "TrafficWeight", Unit: "Percent", Dimensions: [{ Name: "TargetGroup", Value: "tg" }] };
    actions(store)["cloudwatch:putMetricData"]?.({ Namespace: "Portal", MetricData: [{ ...datum, Value: 25 }] });
    const metric = { namespace: "Portal", metricName: "TrafficWeight", dimensions: { TargetGroup: "tg" } };
    expect(store.values(metric, 6, 7)).toEqual([25]);
    expect(() =>
      actions()["cloudwatch:putMetricData"]?.({ Namespace: "Portal", MetricData: [{ ...datum, Value: [25] }] }),
    ).toThrow(expect.objectContaining({ name: "CloudWatch.ValidationException" }));
  });
});
