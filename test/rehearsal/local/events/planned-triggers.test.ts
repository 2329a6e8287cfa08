import { describe, expect, it } from "vitest";
import { readMachine } from "../../../../rehearsal/local/machine/planned-machine.ts";
import { readStarts } from "../../../../rehearsal/local/rollback/events.ts";
import type { PlannedResource } from "../../../../rehearsal/plan/planned-resource.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";
import { compositeAlarmEvent } from "./recorded-events.ts";

const plan = plannedStaging();
const resources = () => plan().resources;
const triggers = (of: readonly PlannedResource[]) => readStarts(of, readMachine(of).arn);

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
    const [trigger, ...others] = triggers(resources()).onEvents;
    expect(others).toEqual([]);
    expect(trigger?.inputFor(eventOf("green"))).toEqual({ alarmName: "portal-staging-green-unfit" });
    expect(trigger?.inputFor(eventOf("blue"))).toBeUndefined();
  });

  it("has the check run each minute with its planned input", () => {
    expect(triggers(resources()).onSchedule).toEqual([
      { name: "portal-staging-rollback-check", everySeconds: 60, input: { check: true } },
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
    expect(() => triggers(rules)).toThrow(message);
  });
});
