import { describe, expect, it } from "vitest";
import { failuresReason } from "../../../../components/rollback/definition-failures.ts";
import { stages } from "../../../../infra/config/schema/stage-config.ts";
import { readMachine } from "../../../../rehearsal/local/rollback/planned-rollback.ts";
import { createMachine, type Execution } from "../../../../rehearsal/local/rollback/state-machine.ts";
import { routeOf } from "../../../../rehearsal/local/routes.ts";
import { planFixture } from "../../../support/plan-fixture.ts";
import { machineClock, machineWorld } from "../fixtures/machine-world.ts";
import { plannedStaging } from "../fixtures/planned-stage.ts";

const plan = plannedStaging();
const alarmName = "portal-staging-green-unfit";
const alarmInput = { alarmName };
const checkInput = { check: true };
const clear = '{"state":"clear"}';
const set = { state: "set", at: machineClock, reason: alarmName, rolledBack: "green" };
const earlier = JSON.stringify({ ...set, at: "2026-11-20T00:00:00Z", reason: "the first reason" });

const world = (greenPercent: number, alarm: "OK" | "ALARM" = "OK") => machineWorld(plan(), { greenPercent, alarm });
const called = ({ calls }: Execution) => calls.map(({ action }) => action.split(":")[1]);
const subjects = ({ notices }: { notices: readonly { subject: string }[] }) => notices.map(({ subject }) => subject);

describe("the planned machine, started by the candidate's alarm", () => {
  it("moves the traffic with its second call, sets the latch and tells people", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput);
    expect(called(execution)).toEqual([
      "describeRules",
      "modifyRule",
      "putParameter",
      "describeTargetHealth",
      "publish",
    ]);
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned", input: alarmInput });
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual(set);
    expect(subjects(aws)).toEqual(["Rolled back: the candidate is off the public path"]);
    expect(aws.notices[0]?.message).toContain(
      `green is off the public path and blue serves all of it. Cause: ${alarmName}. blue has 1 healthy task.`,
    );
  });

  it("counts the healthy tasks of the colour that got the traffic", async () => {
    const aws = await machineWorld(plan(), { greenPercent: 25, healthy: ["blue", "green", "blue", "blue"] });
    await aws.execute(alarmInput);
    expect(aws.notices[0]?.message).toContain("blue has 3 healthy tasks.");
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

  it("touches nothing for the live colour's alarm, and fails", async () => {
    const aws = await world(25);
    const execution = await aws.execute({ alarmName: "portal-staging-blue-unfit" });
    expect(execution).toMatchObject({ succeeded: false, endState: "OtherAlarm" });
    expect(called(execution)).toEqual(["describeRules"]);
    expect(aws.weights()).toEqual([75, 25]);
  });

  it("calls for help where the colour that got the traffic has no healthy task, and still says what was done", async () => {
    const aws = await machineWorld(plan(), { greenPercent: 25, healthy: [] });
    const execution = await aws.execute(alarmInput);
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned" });
    expect(aws.weights()).toEqual([100, 0]);
    expect(subjects(aws)).toEqual([
      "ACT NOW: the live colour has all the traffic and no healthy task",
      "Rolled back: the candidate is off the public path",
    ]);
    for (const { message } of aws.notices) expect(message).toContain("blue has NO healthy task");
  });
});

describe("the planned machine, started by hand", () => {
  it.each([
    ["nothing", {}],
    ["the live colour as the candidate", { candidate: "blue" }],
    ["what the console offers", { Comment: "Insert your JSON here" }],
  ])("rolls back to the colour that is live in AWS, given %s", async (_, input) => {
    const aws = await world(25);
    expect(await aws.execute(input)).toMatchObject({ succeeded: true, endState: "Returned" });
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual({ ...set, reason: "the machine was started by hand" });
  });

  it("tells the colours apart in whatever order AWS answers", async () => {
    const aws = await world(25);
    const blueFirst = routeOf(aws.routes, "public").targetGroups;
    for (let answer = 0; answer < 4; answer++) {
      aws.rewritePublicRule(blueFirst.map((group, index) => ({ ...group, weight: index === 0 ? 60 : 40 })));
      expect((await aws.execute({})).endState).toBe("Returned");
      expect(aws.weights()).toEqual([100, 0]);
    }
  });

  it("moves nothing where the rules do not show which colour is live, and calls for a person", async () => {
    const aws = await world(25);
    const [, green] = routeOf(aws.routes, "public").targetGroups;
    if (green === undefined) throw new Error("The public rule has no second target group.");
    aws.rewritePublicRule([green]);
    const execution = await aws.execute({});
    expect(called(execution)).toEqual(["describeRules", "putParameter", "publish"]);
    expect(execution).toMatchObject({ succeeded: false, endState: "RollbackIncomplete" });
    expect(aws.weights()).toHaveLength(1);
    expect(JSON.parse(aws.latch)).toMatchObject({ state: "set" });
    expect(subjects(aws)).toEqual(["ACT NOW: the rollback could not tell which colour is live"]);
    expect(await aws.execute(checkInput)).toMatchObject({ succeeded: false, endState: "CheckIncomplete" });
  });
});

describe("the planned machine, started by the check", () => {
  const fine = (minutes: number) => Array.from({ length: minutes }, () => [2, 0] as const);
  const look = ["describeRules", "describeAlarms", "getParameter", "getParameter", "getMetricData", "getMetricData"];

  it.each<[string, readonly (readonly [number, number])[]]>([
    [
      "three minutes in which all requests failed",
      [
        [1, 1],
        [2, 2],
        [5, 5],
      ],
    ],
    ["three failures in 23 requests, each in another five minutes", [[1, 1], ...fine(5), [1, 1], ...fine(5), [1, 1]]],
  ])("rolls back a candidate of whose requests too many failed: %s", async (_, minutes) => {
    const aws = await world(25);
    aws.reportGreen(minutes);
    const execution = await aws.execute(checkInput);
    expect(called(execution)).toEqual([...look, "modifyRule", "putParameter", "describeTargetHealth", "publish"]);
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toMatchObject({ state: "set", reason: failuresReason, rolledBack: "green" });
    expect(subjects(aws)).toEqual(["Rolled back: the candidate is off the public path"]);
  });

  it.each<[string, readonly (readonly [number, number])[]]>([
    [
      "two failing minutes",
      [
        [1, 1],
        [50, 50],
      ],
    ],
    [
      "three failures in 300 requests",
      [
        [100, 1],
        [100, 1],
        [100, 1],
      ],
    ],
    [
      "no failure",
      [
        [5, 0],
        [5, 0],
        [5, 0],
      ],
    ],
  ])("moves nothing for %s", async (_, minutes) => {
    const aws = await world(25);
    aws.reportGreen(minutes);
    expect(called(await aws.execute(checkInput))).toEqual([...look, "putMetricData"]);
    expect([aws.weights(), aws.latch]).toEqual([[75, 25], clear]);
  });

  it("moves nothing and fails where the requests cannot be counted", async () => {
    const aws = await world(25);
    aws.reportGreen([
      [5, 5],
      [5, 5],
      [5, 5],
    ]);
    const execution = await aws.execute(checkInput, "cloudwatch:getMetricData");
    expect(execution).toMatchObject({ succeeded: false, endState: "CheckIncomplete" });
    expect([aws.weights(), aws.latch]).toEqual([[75, 25], clear]);
  });

  it("publishes the weights while all is well", async () => {
    const aws = await world(25);
    const execution = await aws.execute(checkInput);
    expect(called(execution)).toEqual([...look, "putMetricData"]);
    expect(execution.succeeded).toBe(true);
    expect(aws.published()).toEqual([[75], [25]]);
    expect([aws.weights(), aws.latch]).toEqual([[75, 25], clear]);
  });

  it("rolls back by an alarm that was firing before the weight rose", async () => {
    const aws = await world(5, "ALARM");
    const execution = await aws.execute(checkInput);
    expect(called(execution).slice(3)).toEqual(["modifyRule", "putParameter", "describeTargetHealth", "publish"]);
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual(set);
  });

  it("undoes a weight that landed over the set latch, and leaves the latch as it is", async () => {
    const aws = await world(50);
    aws.latch = earlier;
    const execution = await aws.execute(checkInput);
    expect(called(execution).slice(3)).toEqual(["modifyRule", "describeTargetHealth", "publish"]);
    expect([aws.weights(), aws.latch]).toEqual([[100, 0], earlier]);
    expect(subjects(aws)).toEqual(["An update over a set latch was undone"]);
  });

  it("takes a latch that does not exist for set, and writes one", async () => {
    const aws = await world(50);
    aws.deleteLatch();
    const execution = await aws.execute(checkInput);
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned" });
    expect(aws.weights()).toEqual([100, 0]);
    expect(JSON.parse(aws.latch)).toEqual({
      ...set,
      reason: "the parameter /celebrant-portal/staging/rollout/latch did not exist",
    });
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

  it("moves nothing unseen where the rules cannot be read, sets the latch and calls for help", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput, "elasticloadbalancingv2:describeRules");
    expect(aws.weights()).toEqual([75, 25]);
    expect(JSON.parse(aws.latch).state).toBe("set");
    expect(subjects(aws)).toEqual(["ACT NOW: the rollback could not tell which colour is live"]);
    expect(execution.succeeded).toBe(false);
  });

  it("says that nobody knows the health of the live colour where it cannot be read", async () => {
    const aws = await world(25);
    const execution = await aws.execute(alarmInput, "elasticloadbalancingv2:describeTargetHealth");
    expect(execution).toMatchObject({ succeeded: true, endState: "Returned" });
    expect(aws.notices.map(({ message }) => message)).toEqual([
      expect.stringContaining("It is not known whether blue has healthy tasks"),
    ]);
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
    const aws = await machineWorld({ ...plan(), resources }, { greenPercent: 25 });
    const execution = await aws.execute(alarmInput);
    expect(execution.calls.find(({ state }) => state === "ReturnTraffic")?.error).toMatch(
      /^AccessDeniedException: not allowed to elasticloadbalancing:ModifyRule on arn:/,
    );
    expect(aws.weights()).toEqual([75, 25]);
  });
});

describe("createMachine", () => {
  const options = { aws: {}, timeFactor: 1, now: () => new Date(machineClock) };

  it.each(stages)(
    "finds no fault with the definition of %s but that its calls have no stand-ins here",
    async (stage) => {
      const planned = await planFixture({ stage, previousRecord: null, now: new Date(machineClock) });
      expect(() => createMachine(readMachine(planned).definition, options)).toThrow(
        "ReadRules calls arn:aws:states:::aws-sdk:elasticloadbalancingv2:describeRules, which has no stand-in in the rehearsal.",
      );
    },
  );

  const broken = (change: (states: Record<string, Record<string, unknown>>) => void) => {
    const definition = JSON.parse(readMachine(plan()).definition);
    change(definition.States);
    return JSON.stringify(definition);
  };

  it.each<[string, Parameters<typeof broken>[0]]>([
    ["leads to a state that is not there", (states) => Object.assign(states["ReadRules"] ?? {}, { Next: "Nowhere" })],
    ["has a path that is none", (states) => Object.assign(states["ReadRules"] ?? {}, { ResultPath: "rule" })],
    ["has a field that is none", (states) => Object.assign(states["ReadRules"] ?? {}, { Retries: 3 })],
  ])("has the independent checker refuse a definition that %s", (_, change) => {
    expect(() => createMachine(broken(change), options)).toThrow("State machine definition is invalid");
  });

  it("refuses another kind of task, whatever the state is called", () => {
    const text = broken((states) =>
      Object.assign(states["ReadRules"] ?? {}, { Resource: "arn:aws:states:::lambda:invoke" }),
    );
    expect(() => createMachine(text, options)).toThrow("ReadRules calls arn:aws:states:::lambda:invoke");
  });
});
