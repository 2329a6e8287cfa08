import { describe, expect, it } from "vitest";
import { stages } from "../../../../infra/config/schema/stage-config.ts";
import { createMachine, type Execution } from "../../../../rehearsal/local/machine/create-machine.ts";
import { readMachine } from "../../../../rehearsal/local/machine/planned-machine.ts";
import { planFixture } from "../../../support/plan-fixture.ts";
import { machineClock, machineWorld } from "../fixtures/machine-world.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";

const plan = plannedStaging();
const alarmName = "portal-staging-green-unfit";
const alarmInput = { alarmName, candidate: "green" };
const checkInput = { check: true, candidate: "green" };
const clear = '{"state":"clear"}';
const set = { state: "set", at: machineClock, reason: alarmName, rolledBack: "green" };
const earlier = JSON.stringify({ ...set, at: "2026-11-20T00:00:00Z", reason: "the first reason" });

const world = (greenPercent: number, alarm: "OK" | "ALARM" = "OK") =>
  machineWorld(plan().resources, { greenPercent, alarm });
const called = ({ calls }: Execution) => calls.map(({ action }) => action.split(":")[1]);
const subjects = ({ notices }: { notices: readonly { subject: string }[] }) => notices.map(({ subject }) => subject);

describe("the planned machine, started by the candidate's alarm", () => {
  it("moves the traffic with its second call, sets the latch and tells people", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput);
    expect(called(execution)).toEqual(["describeRules", "modifyRule", "putParameter", "publish"]);
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned", input: alarmInput });
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual(set);
    expect(subjects(aws)).toEqual(["Rolled back: the candidate is off the public path"]);
    expect(aws.notices[0]?.message).toContain(
      `green is off the public path and blue serves all of it. Cause: ${alarmName}`,
    );
  });

  it("does nothing the second time", async () => {
    const aws = await world(25);
    await aws.execute(alarmInput);
    const latch = aws.latch;
    const again = await aws.execute(alarmInput);
    expect([called(again), again.endState]).toEqual([["describeRules"], "NothingOut"]);
    expect(aws.latch).toBe(latch);
    expect(aws.notices).toHaveLength(1);
  });

  it("touches nothing for an input that it does not know, and fails", async () => {
    const aws = await world(25);
    const execution = await aws.execute({ alarmName: "portal-staging-blue-unfit", candidate: "green" });
    expect(execution).toMatchObject({ succeeded: false, endState: "UnknownInput", calls: [] });
    expect(aws.weights()).toEqual([75, 25]);
  });
});

describe("the planned machine, started by the check", () => {
  it("publishes the weights while all is well", async () => {
    const aws = await world(25);
    const execution = await aws.execute(checkInput);
    expect(called(execution)).toEqual(["describeRules", "describeAlarms", "getParameter", "putMetricData"]);
    expect(execution.succeeded).toBe(true);
    expect(aws.published()).toEqual([[75], [25]]);
    expect([aws.weights(), aws.latch]).toEqual([[75, 25], clear]);
  });

  it("rolls back by an alarm that was firing before the weight rose", async () => {
    const aws = await world(5, "ALARM");
    const execution = await aws.execute(checkInput);
    expect(called(execution).slice(3)).toEqual(["modifyRule", "putParameter", "publish"]);
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual(set);
  });

  it("undoes a weight that landed over the set latch, and leaves the latch as it is", async () => {
    const aws = await world(50);
    aws.latch = earlier;
    const execution = await aws.execute(checkInput);
    expect(called(execution).slice(3)).toEqual(["modifyRule", "publish"]);
    expect([aws.weights(), aws.latch]).toEqual([[100, 0], earlier]);
    expect(subjects(aws)).toEqual(["An update over a set latch was undone"]);
  });

  it("takes a latch that nobody understands for set", async () => {
    const aws = await world(50);
    aws.latch = "{}";
    await aws.execute(checkInput);
    expect([aws.weights(), aws.latch]).toEqual([[100, 0], "{}"]);
  });
});

describe("the planned machine, when a call fails after all attempts", () => {
  it("returns the traffic although the latch cannot be set, and says so", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput, "ssm:putParameter");
    expect(aws.weights()).toEqual([100, 0]);
    expect(aws.latch).toBe(clear);
    expect(subjects(aws)).toEqual(["Rolled back, but the latch is not set"]);
    expect(execution).toMatchObject({ succeeded: false, endState: "RollbackIncomplete" });
    expect(execution.calls.filter(({ error }) => error === "Throttling: refused by the test")).toHaveLength(6);
  });

  it("returns the traffic and sets the latch although nobody can be told", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput, "sns:publish");
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual(set);
    expect(execution).toMatchObject({ succeeded: false, endState: "RollbackIncomplete" });
  });

  it("sets the latch and calls for help although the traffic cannot be moved", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput, "elasticloadbalancingv2:modifyRule");
    expect(aws.weights()).toEqual([75, 25]);
    expect(JSON.parse(aws.latch)).toEqual(set);
    expect(subjects(aws)).toEqual(["ACT NOW: the rollback could not move the traffic"]);
    expect(execution.succeeded).toBe(false);
  });

  it("returns the traffic unseen where the rule cannot be read", async () => {
    const aws = await world(25);
    await aws.execute(alarmInput, "elasticloadbalancingv2:describeRules");
    expect(aws.weights()).toEqual([100, 0]);
  });

  it("moves nothing where a check cannot see the alarm", async () => {
    const aws = await world(25);
    const execution = await aws.execute(checkInput, "cloudwatch:describeAlarms");
    expect(execution).toMatchObject({ succeeded: false, endState: "CheckIncomplete" });
    expect(aws.weights()).toEqual([75, 25]);
  });
});

describe("the planned machine's role", () => {
  it.each([
    ["elasticloadbalancing:ModifyRule", "elasticloadbalancing:ModifyTargetGroup"],
    ["listener-rule/", "listener-rule/other/"],
  ])("is what the machine works with: without %s no traffic moves", async (from, to) => {
    const resources = plan().resources.map((one) =>
      one.name === "portal-staging-rollback" && one.type === "aws:iam/rolePolicy:RolePolicy"
        ? { ...one, inputs: { ...one.inputs, policy: String(one.inputs["policy"]).replace(from, to) } }
        : one,
    );
    const aws = await machineWorld(resources, { greenPercent: 25 });
    const execution = await aws.execute(alarmInput);
    expect(execution.calls.find(({ state }) => state === "ReturnTraffic")?.error).toMatch(
      /^AccessDeniedException: not allowed to elasticloadbalancing:ModifyRule on arn:/,
    );
    expect(aws.weights()).toEqual([75, 25]);
  });
});

describe("createMachine", () => {
  const options = { services: {}, timeFactor: 1, now: () => new Date(machineClock) };

  it.each(stages)("finds no fault with the definition of %s but that nothing answers its calls here", async (stage) => {
    const { resources } = await planFixture({ stage, previousRecord: null, now: new Date(machineClock) });
    expect(() => createMachine(readMachine(resources).definition, options)).toThrow(
      "ReadRule calls arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeRules, which nothing in the rehearsal answers",
    );
  });

  const broken = (change: (states: Record<string, Record<string, unknown>>) => void) => {
    const definition = JSON.parse(readMachine(plan().resources).definition);
    change(definition.States);
    return JSON.stringify(definition);
  };

  it.each<[string, Parameters<typeof broken>[0]]>([
    ["leads to a state that is not there", (states) => Object.assign(states["ReadRule"] ?? {}, { Next: "Nowhere" })],
    ["has a path that is none", (states) => Object.assign(states["ReadRule"] ?? {}, { ResultPath: "rule" })],
    ["has a field that is none", (states) => Object.assign(states["ReadRule"] ?? {}, { Retries: 3 })],
  ])("has the independent checker refuse a definition that %s", (_, change) => {
    expect(() => createMachine(broken(change), options)).toThrow("State machine definition is invalid");
  });

  it("refuses another kind of task, whatever the state is called", () => {
    const text = broken((states) =>
      Object.assign(states["ReadRule"] ?? {}, { Resource: "arn:aws:states:::lambda:invoke" }),
    );
    expect(() => createMachine(text, options)).toThrow("ReadRule calls arn:aws:states:::lambda:invoke");
  });
});
