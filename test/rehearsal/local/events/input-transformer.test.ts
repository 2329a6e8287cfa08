import { describe, expect, it } from "vitest";
import { transformInput } from "../../../../rehearsal/local/rollback/events.ts";
import { compositeAlarmEvent } from "./recorded-events.ts";

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
