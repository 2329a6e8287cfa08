import { describe, expect, it } from "vitest";
import {
  alarmStateChange,
  readEventPattern,
  readStarts,
  transformInput,
} from "../../../../rehearsal/local/rollback/events.ts";
import { readMachine } from "../../../../rehearsal/local/rollback/planned-rollback.ts";
import type { PlannedResource } from "../../../../rehearsal/plan/planned-resource.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";
import { compositeAlarmEvent, metricAlarmEvent } from "./recorded-events.ts";

const plan = plannedStaging();
const resources = () => plan().resources;
const starts = (of: readonly PlannedResource[]) => readStarts(of, readMachine({ ...plan(), resources: of }).arn);

/** The recorded event, of one colour's planned alarm. */
function eventOf(colour: string) {
  const alarm = resources().find(({ name }) => name === `portal-staging-${colour}-unfit`);
  const { alarmName, arn } = alarm?.outputs ?? {};
  return { ...compositeAlarmEvent, resources: [arn], detail: { ...compositeAlarmEvent.detail, alarmName } };
}

const changed = (name: string, inputs: Record<string, unknown>) =>
  resources().map((one) => (one.name === name ? { ...one, inputs: { ...one.inputs, ...inputs } } : one));

describe("readStarts", () => {
  it("has the candidate's alarm start the machine, and not the live colour's", () => {
    const [start, ...others] = starts(resources()).onEvents;
    expect(others).toEqual([]);
    expect(start?.inputFor(eventOf("green"))).toEqual({ alarmName: "portal-staging-green-unfit" });
    expect(start?.inputFor(eventOf("blue"))).toBeUndefined();
  });

  it("has the check run each minute with its planned input", () => {
    expect(starts(resources()).onSchedule).toEqual([
      { name: "portal-staging-rollback-check", everySeconds: 60, mayStart: true, input: { check: true } },
    ]);
  });

  it("leaves out what starts something else", () => {
    expect(readStarts(resources(), "arn:other")).toEqual({ onEvents: [], onSchedule: [] });
  });

  it.each([
    ["scheduleExpression", "cron(0 12 * * ? *)", /"portal-staging-rollback-check" is planned in a way/],
    ["state", "DISABLED", /"portal-staging-rollback-check" is planned in a way/],
    ["eventPattern", "{}", "portal-staging-rollback-check is planned in a way"],
  ])("refuses a rule whose %s is %s", (field, value, message) => {
    const rules = changed("portal-staging-rollback-check", { [field]: value }).map((one) =>
      one.type.endsWith("EventTarget") ? (resources().find(({ urn }) => urn === one.urn) ?? one) : one,
    );
    expect(() => starts(rules)).toThrow(message);
  });
});

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

const inputPaths = { alarmName: "$.detail.alarmName" };
const inputTemplate = '{"alarmName": <alarmName>}';
const transform = (changes: { inputPaths?: Record<string, string>; inputTemplate?: string }, event: object = {}) =>
  transformInput({ inputPaths, inputTemplate, ...changes }, { ...compositeAlarmEvent, ...event });

describe("transformInput", () => {
  it("makes the machine's input of the alarm's event by the planned transformer", () => {
    expect(transform({})).toEqual({ alarmName: "portal-production-green-unfit" });
  });

  it("puts a text in as JSON, so that no name breaks the input", () => {
    const alarmName = 'a "quoted" \\ name';
    expect(transform({}, { detail: { alarmName } })).toEqual({ alarmName });
  });

  it("puts in whole values", () => {
    const changes = { inputPaths: { state: "$.detail.state" }, inputTemplate: '{"state": <state>}' };
    expect(transform(changes, { detail: { state: { value: "OK" } } })).toEqual({ state: { value: "OK" } });
  });

  it.each([
    [{ inputTemplate: '{"alarmName": <name>}' }, "names <name>, which no input path defines"],
    [{ inputPaths: { alarmName: "$.detail.none" } }, "has no value at the input path $.detail.none"],
    [{ inputPaths: { alarmName: "$.resources[0]" } }, "has more than names and dots"],
    [{ inputTemplate: '{"text": "about <alarmName>"}' }, "inside quotation marks is not modelled"],
  ])("refuses what it does not know: %j", (changes, why) => {
    expect(() => transform(changes)).toThrow(why);
  });
});
