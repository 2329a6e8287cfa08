import { describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import { checkInput, type MachineInput } from "../../../components/rollback/machine-input.ts";
import { alertTopicArn, publicRuleArn, targetGroupArns } from "./fixtures.ts";
import { type Answers, walkStates } from "./walk-states.ts";

const definition = buildRollbackDefinition({
  publicRuleArn,
  targetGroupArns,
  alarmNames: { blue: "blue-unfit", green: "green-unfit" },
  stickiness: { enabled: false, durationSeconds: 1 },
  latchParameterName: "/celebrant-portal/production/rollout-latch",
  alertTopicArn,
  metricNamespace: "CelebrantPortal/production",
});

const greenAlarm = { alarmName: "green-unfit", candidate: "green" } satisfies MachineInput;
const greenCheck = { ...checkInput("green") };
const weights = (blue: number, green: number) => ({ blue: [blue], green: [green] });
const latch = (value: string) => ({ value });
const clear = latch('{"state":"clear"}');
const set = latch('{"state":"set","at":"2026-11-23T09:28:21Z","reason":"clear"}');
const fine: Answers = { ReadRule: weights(75, 25), ReadAlarm: { states: ["OK"] }, ReadLatch: clear };

/** The calls that were made and the state that the execution ended in. */
function walk(input: Readonly<Record<string, unknown>>, answers: Answers) {
  const passed = walkStates(definition, input, answers);
  return { calls: passed.filter((name) => definition.States[name]?.Type === "Task"), end: passed.at(-1) };
}

const rollback = ["ReturnTraffic", "SetLatch", "TellRolledBack"];
const look = ["ReadRule", "ReadAlarm", "ReadLatch"];

describe("the machine, started by the candidate's alarm", () => {
  it("returns the traffic, sets the latch, tells people", () => {
    expect(walk(greenAlarm, { ReadRule: weights(75, 25) })).toEqual({
      calls: ["ReadRule", ...rollback],
      end: "Returned",
    });
  });

  it("does nothing where no weight is out", () => {
    expect(walk(greenAlarm, { ReadRule: weights(100, 0) })).toEqual({ calls: ["ReadRule"], end: "NothingOut" });
  });

  it("does nothing to the live colour's traffic after a promote", () => {
    const blueAlarm = { alarmName: "blue-unfit", candidate: "blue" };
    expect(walk(blueAlarm, { ReadRule: weights(0, 100) })).toEqual({ calls: ["ReadRule"], end: "NothingOut" });
  });

  it.each([
    ["the live colour's alarm", { alarmName: "blue-unfit", candidate: "green" }],
    ["no candidate", { alarmName: "green-unfit" }],
    ["a check without a candidate", { check: true }],
    ["nothing", {}],
  ])("refuses %s without a call", (_, input) => {
    expect(walk(input, {})).toEqual({ calls: [], end: "UnknownInput" });
  });

  it.each([
    ["the rule cannot be read", "fails" as const],
    ["the rule no longer names the candidate", { blue: [100], green: [] }],
  ])("returns the traffic where %s", (_, answer) => {
    expect(walk(greenAlarm, { ReadRule: answer }).calls).toEqual(["ReadRule", ...rollback]);
  });

  it.each([
    ["ReturnTraffic", ["ReturnTraffic", "SetLatch", "TellTrafficStuck"]],
    ["SetLatch", ["ReturnTraffic", "SetLatch", "TellLatchOpen"]],
    ["TellRolledBack", rollback],
  ])("does the rest when %s fails, tells the truth, and fails in the end", (failing, calls) => {
    expect(walk(greenAlarm, { ReadRule: weights(75, 25), [failing]: "fails" })).toEqual({
      calls: ["ReadRule", ...calls],
      end: "RollbackIncomplete",
    });
  });
});

describe("the machine, started as a check", () => {
  it("publishes the weights where no weight is out, and asks nothing else", () => {
    expect(walk(greenCheck, { ReadRule: weights(100, 0) }).calls).toEqual(["ReadRule", "PublishWeights"]);
  });

  it("publishes the weights where all is well", () => {
    expect(walk(greenCheck, fine)).toEqual({ calls: [...look, "PublishWeights"], end: "PublishWeights" });
  });

  it("rolls back over an alarm that was firing already", () => {
    const answers = { ...fine, ReadAlarm: { states: ["ALARM"] } };
    expect(walk(greenCheck, answers)).toEqual({ calls: [...look, ...rollback], end: "Returned" });
  });

  it.each<[string, Answers]>([
    ["is set", { ReadLatch: set }],
    ["cannot be understood", { ReadLatch: latch("") }],
    ["is set and the alarm cannot be read", { ReadLatch: set, ReadAlarm: "fails" }],
  ])("undoes a weight that landed while the latch %s, and keeps the latch as it is", (_, answers) => {
    expect(walk(greenCheck, { ...fine, ...answers })).toEqual({
      calls: [...look, "ReturnTraffic", "TellUpdateUndone"],
      end: "Returned",
    });
  });

  it.each<[string, Answers]>([
    ["the alarm cannot be read", { ReadAlarm: "fails" }],
    ["the alarm does not exist", { ReadAlarm: { states: [] } }],
    ["the latch cannot be read", { ReadLatch: "fails" }],
    ["the rule lost the live colour", { ReadRule: { blue: [], green: [25] } }],
  ])("moves nothing and fails where %s", (_, answers) => {
    expect(walk(greenCheck, { ...fine, ...answers })).toEqual({ calls: look, end: "CheckIncomplete" });
  });

  it.each<[string, Answers, string[]]>([
    ["the rule cannot be read", { ReadRule: "fails" }, ["ReadRule"]],
    ["the weights cannot be published", { ...fine, PublishWeights: "fails" }, [...look, "PublishWeights"]],
  ])("fails where %s", (_, answers, calls) => {
    expect(walk(greenCheck, answers)).toEqual({ calls, end: "CheckIncomplete" });
  });
});
