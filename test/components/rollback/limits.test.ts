import { describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import { type Colour, colours } from "../../../rollout/colour.ts";
import { fitReason } from "../../../rollout/reason.ts";
import { checkInput, isLimitReason, limitReason } from "../../../rollout/rollback-machine.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import { guideSchedule } from "../../support/rollout.ts";
import { definitionOptions } from "./fixtures.ts";
import { rulesAnswer } from "./rules-answer.ts";
import { type Answers, walkStates } from "./walk-states.ts";

const hour = 3600;
const limitsInHours: Readonly<Record<number, number>> = { 5: 120, 25: 24, 100: 168 };
const steps = guideSchedule.steps.map((step) => {
  const hours = limitsInHours[step.weightPercent];
  return hours === undefined ? step : { ...step, limitSeconds: hours * hour };
});
const names = { 5: "portal-limit-5", 25: "portal-limit-25", 100: "portal-limit-100" } as const;
const limits = ([5, 25, 100] as const).map((weightPercent) => ({
  weightPercent,
  alarmName: names[weightPercent],
  reason: `the ${weightPercent} % step reached its limit`,
}));
const build = () => buildRollbackDefinition({ ...definitionOptions, limits });

const latch = (value: string) => ({ Parameter: { Value: value } });
const clear = latch('{"state":"clear"}');
const healthy = { text: '{"TargetHealthDescriptions":[{"TargetHealth":{"State":"healthy"}}]}' };

/** What a check is told of the alarms; DescribeAlarms promises no order. */
function alarms(states: Readonly<Record<string, string>>, composite = "OK", isReversed = false) {
  const all = Object.values(names).map((AlarmName) => ({ AlarmName, StateValue: states[AlarmName] ?? "OK" }));
  return {
    CompositeAlarms: [{ AlarmName: "green-unfit", StateValue: composite }],
    MetricAlarms: isReversed ? all.toReversed() : all,
  };
}

function walk(input: unknown, answers: Answers, candidate: Colour = "green", candidatePercent = 5) {
  const ReadRules = rulesAnswer({ candidate, candidatePercent });
  const ReadAddress = { value: { candidateSince: "2026-11-20T08:00:00.000Z" } };
  const fine = { ReadRules, ReadAlarm: alarms({}), ReadLatch: clear, ReadAddress, ReadReceiver: healthy };
  const { passed, data } = walkStates(build(), input, { ...fine, ...answers });
  const { plan, record } = data as Record<string, Record<string, unknown> | undefined>;
  const isMoved = passed.includes("ReturnTraffic");
  return { end: passed.at(-1), movedTo: isMoved ? plan?.["weights"] : undefined, reason: record?.["reason"], record };
}

describe("the machine, where a step has reached its limit", () => {
  it.each(colours)("returns the traffic of the candidate %s, sets the latch, and says why", (candidate) => {
    const live = candidate === "blue" ? "green" : "blue";
    for (const weight of [5, 25, 100] as const) {
      const byEvent = walk({ alarmName: names[weight] }, {}, candidate, weight);
      const ReadAlarm = alarms({ [names[weight]]: "ALARM" });
      const byCheck = walk(checkInput, { ReadAlarm }, candidate, weight);
      for (const found of [byEvent, byCheck]) {
        expect(found).toMatchObject({
          end: "Returned",
          movedTo: weightsByColour(live, 0),
          record: { state: "set", reason: `the ${weight} % step reached its limit`, rolledBack: candidate },
        });
      }
    }
  });

  it("moves nothing for the alarm of a step that was left, by event or by check, in whatever order AWS answers", () => {
    expect(walk({ alarmName: names[5] }, {}, "green", 25)).toMatchObject({ end: "StepLeft", movedTo: undefined });
    expect(walk({ alarmName: names[5] }, {}, "green", 0)).toMatchObject({ end: "NothingOut", movedTo: undefined });
    for (const isReversed of [false, true]) {
      const ReadAlarm = alarms({ [names[5]]: "ALARM", [names[100]]: "ALARM" }, "OK", isReversed);
      for (const weight of [25, 50]) {
        expect(walk(checkInput, { ReadAlarm }, "green", weight)).toMatchObject({
          end: "PublishWeights",
          movedTo: undefined,
        });
      }
      expect(walk(checkInput, { ReadAlarm }, "green", 5).movedTo).toEqual({ blue: 100, green: 0 });
    }
  });

  it("moves nothing for live's 100 % at weight 0, whoever that is", () => {
    const ReadAlarm = alarms({ [names[100]]: "ALARM" });
    for (const candidate of colours) {
      expect(walk(checkInput, { ReadAlarm }, candidate, 0)).toMatchObject({ end: "PublishWeights" });
      expect(walk({ alarmName: names[100] }, {}, candidate, 0)).toMatchObject({ end: "NothingOut" });
    }
  });

  it("gives the candidate's own alarm as the reason where both fire, and keeps a latch that is set", () => {
    const ReadAlarm = alarms({ [names[5]]: "ALARM" }, "ALARM");
    expect(walk(checkInput, { ReadAlarm }).reason).toBe("green-unfit");
    const set = latch('{"state":"set"}');
    expect(walk(checkInput, { ReadAlarm: alarms({ [names[5]]: "ALARM" }), ReadLatch: set }).reason).toBe(
      "the latch was set",
    );
  });

  it("fails a check that cannot read the alarm of the step that stands, and of no other step", () => {
    const without = (name: string) => ({
      ...alarms({}),
      MetricAlarms: alarms({}).MetricAlarms.filter(({ AlarmName }) => AlarmName !== name),
    });
    expect(walk(checkInput, { ReadAlarm: without(names[5]) }, "green", 5).end).toBe("CheckIncomplete");
    const MetricAlarms = alarms({}).MetricAlarms.map(({ AlarmName }) => ({ AlarmName }));
    expect(walk(checkInput, { ReadAlarm: { ...alarms({}), MetricAlarms } }, "green", 5).end).toBe("CheckIncomplete");
    expect(walk(checkInput, { ReadAlarm: without(names[5]) }, "green", 25).end).toBe("PublishWeights");
    expect(walk(checkInput, { ReadAlarm: without(names[5]) }, "green", 50).end).toBe("PublishWeights");
  });

  it("still takes no other alarm's name, and none at all where limits only notify", () => {
    expect(walk({ alarmName: "portal-limit-50" }, {}).end).toBe("OtherAlarm");
    const notifying = buildRollbackDefinition(definitionOptions);
    const ReadRules = rulesAnswer({ candidate: "green", candidatePercent: 5 });
    expect(walkStates(notifying, { alarmName: names[5] }, { ReadRules }).passed.at(-1)).toBe("OtherAlarm");
    expect(JSON.stringify(notifying)).not.toContain("StepLeft");
  });

  it("asks for all alarms in one call, and has no state that nothing leads to", () => {
    const definition = build();
    expect(definition.States["StepLeft"]).toMatchObject({ Type: "Succeed" });
    expect(definition.States["ReadAlarm"]).toMatchObject({
      Parameters: {
        "AlarmNames.$": "States.Array($.plan.alarmName, 'portal-limit-5', 'portal-limit-25', 'portal-limit-100')",
        AlarmTypes: ["CompositeAlarm", "MetricAlarm"],
      },
    });
    const text = JSON.stringify(definition);
    for (const name of Object.keys(definition.States)) {
      if (name !== definition.StartAt) expect(text, name).toMatch(new RegExp(`"(?:Next|Default)":"${name}"`));
    }
  });

  it("refuses a name that would mean something else in the definition", () => {
    const named = (alarmName: string) => () =>
      buildRollbackDefinition({ ...definitionOptions, limits: [{ weightPercent: 5, alarmName, reason: "x" }] });
    for (const name of ["it's", "a\\b", "{}", "a b"]) expect(named(name)).toThrow("cannot stand in the rollback's");
  });

  it("has a reason that fits a latch and is known again", () => {
    for (const step of steps) {
      if (step.limitSeconds === undefined) continue;
      const reason = limitReason({ ...step, limitSeconds: step.limitSeconds });
      expect(fitReason(reason).change).toBeUndefined();
      expect(isLimitReason(reason)).toBe(true);
    }
    expect(limitReason({ weightPercent: 5, bakeSeconds: 0, limitSeconds: 7 * 24 * hour })).toBe(
      "the 5 % step reached its limit of 7 d",
    );
    for (const other of ["portal-production-green-unfit", "the 5 % step was slow", "the latch was set"])
      expect(isLimitReason(other)).toBe(false);
  });
});
