import { describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import { failuresReason } from "../../../components/rollback/definition-failures.ts";
import { colours, otherColour } from "../../../rollout/colour.ts";
import { checkInput, type MachineInput } from "../../../rollout/rollback-machine.ts";
import { weightsByColour } from "../../../rollout/split.ts";
import { definitionOptions } from "./fixtures.ts";
import { candidateRule, everyAnswer, group, ownGroup, publicRule, rulesAnswer } from "./rules-answer.ts";
import { type Answers, walkStates } from "./walk-states.ts";

const greenAlarm = { alarmName: "green-unfit" } satisfies MachineInput;
const byHand = {} satisfies MachineInput;
const latch = (value: string) => ({ Parameter: { Value: value } });
const clear = latch('{"state":"clear"}');
const set = latch('{"state":"set","at":"2026-11-23T09:28:21Z","reason":"clear"}');
const alarm = (state: string) => ({ CompositeAlarms: [{ StateValue: state }], MetricAlarms: [] });
const at25 = rulesAnswer({ candidatePercent: 25 });
const at0 = rulesAnswer({ candidatePercent: 0 });
const healthy = { text: '{"TargetHealthDescriptions":[{"TargetHealth":{"State":"healthy"}}]}' };
const since = "2026-11-20T08:00:00.000Z";
const ReadAddress = { value: { candidateSince: since } };
const fine: Answers = {
  ReadRules: at25,
  ReadAlarm: alarm("OK"),
  ReadLatch: clear,
  ReadAddress,
  ReadReceiver: healthy,
};

/** The calls that were made, the state that the execution ended in, and where the traffic was moved to. */
function walk(input: unknown, answers: Answers) {
  const definition = buildRollbackDefinition(definitionOptions);
  const { passed, data } = walkStates(definition, input, answers);
  const calls = passed.filter((name) => definition.States[name]?.Type === "Task");
  const { plan, record, health } = data as Record<string, Record<string, unknown> | undefined>;
  return {
    calls,
    end: passed.at(-1),
    movedTo: calls.includes("ReturnTraffic") ? plan?.["weights"] : undefined,
    record,
    health: health?.["sentence"],
    passed,
  };
}

const rollback = ["ReturnTraffic", "SetLatch", "ReadReceiver", "TellRolledBack"];
const look = ["ReadRules", "ReadAlarm", "ReadLatch"];

/** The candidate's own host goes to green. */
const toGreen = candidateRule([ownGroup("blue", 0), ownGroup("green", 100)]);

describe("the machine, started by the candidate's alarm", () => {
  it("returns the traffic, sets the latch, looks at who got it, tells people", () => {
    const { calls, end, record } = walk(greenAlarm, fine);
    expect({ calls, end }).toEqual({ calls: ["ReadRules", ...rollback], end: "Returned" });
    expect(record).toMatchObject({ state: "set", reason: "green-unfit", rolledBack: "green" });
  });

  it("does nothing where no weight is out", () => {
    expect(walk(greenAlarm, { ReadRules: at0 })).toMatchObject({ calls: ["ReadRules"], end: "NothingOut" });
  });

  it("does nothing to the live colour's traffic after a promote", () => {
    const promoted = rulesAnswer({ candidate: "blue", candidatePercent: 0 });
    const blueAlarm = { alarmName: "blue-unfit" };
    expect(walk(blueAlarm, { ReadRules: promoted })).toMatchObject({ calls: ["ReadRules"], end: "NothingOut" });
    // An event of the alarm that was the candidate's before the promote.
    expect(walk(greenAlarm, { ReadRules: promoted })).toMatchObject({ calls: ["ReadRules"], end: "OtherAlarm" });
  });

  it("returns the traffic where the public rule gives nobody anything", () => {
    const nobody = { Rules: [publicRule([group("blue", 0), group("green", 0)]), toGreen] };
    expect(walk(greenAlarm, { ReadRules: nobody }).movedTo).toEqual({ blue: 100, green: 0 });
  });

  it.each([
    ["ReturnTraffic", ["ReturnTraffic", "SetLatch", "ReadReceiver", "TellTrafficStuck"]],
    ["SetLatch", ["ReturnTraffic", "SetLatch", "ReadReceiver", "TellLatchOpen"]],
    ["TellRolledBack", rollback],
  ])("does the rest when %s fails, tells the truth, and fails in the end", (failing, calls) => {
    expect(walk(greenAlarm, { ...fine, [failing]: "fails" })).toMatchObject({
      calls: ["ReadRules", ...calls],
      end: "RollbackIncomplete",
    });
  });
});

describe("the machine, started by hand", () => {
  it("needs no input, and says so in the latch", () => {
    const { calls, end, record } = walk(byHand, fine);
    expect({ calls, end }).toEqual({ calls: ["ReadRules", ...rollback], end: "Returned" });
    expect(record).toMatchObject({ reason: "the machine was started by hand", rolledBack: "green" });
  });

  it.each<[string, unknown]>([
    ["the live colour as the candidate", { candidate: "blue" }],
    ["the live colour as the candidate of a check", { check: true, candidate: "blue" }],
    ["the live colour as the candidate and its alarm", { alarmName: "blue-unfit", candidate: "blue" }],
    ["a plan of its own", { plan: { candidate: "blue", live: "green", weights: { blue: 0, green: 100 } } }],
    ["rules of its own", { rules: rulesAnswer({ candidate: "blue", candidatePercent: 50 }) }],
    ["no object", "green"],
  ])("moves traffic to the colour that is live in AWS alone, whatever the input says: %s", (_, input) => {
    for (const rules of everyAnswer("green", 25)) {
      for (const ReadAlarm of [alarm("OK"), alarm("ALARM")]) {
        const { movedTo } = walk(input, { ...fine, ReadRules: rules, ReadAlarm });
        expect([undefined, { blue: 100, green: 0 }]).toContainEqual(movedTo);
      }
    }
    const unread = walk(input, { ReadRules: "fails" });
    expect(unread.movedTo).toBeUndefined();
    expect(["CheckIncomplete", "TellColoursUnclear"]).toContain(
      unread.end === "CheckIncomplete" ? unread.end : unread.calls.at(-1),
    );
  });
});

describe("the colour that is live", () => {
  it.each(colours)("is told, with %s as the candidate, from every order in which AWS may answer", (candidate) => {
    const answers = everyAnswer(candidate, 25);
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(8);
    for (const ReadRules of answers) {
      expect(walk(byHand, { ...fine, ReadRules }).movedTo).toEqual(weightsByColour(otherColour(candidate), 0));
    }
    for (const ReadRules of everyAnswer(candidate, 0)) {
      expect(walk(byHand, { ...fine, ReadRules }).end).toBe("NothingOut");
    }
  });

  it("is told by any weight of the candidate's own host, as long as live has none there", () => {
    const own = candidateRule([ownGroup("green", 1), ownGroup("blue", 0)]);
    const Rules = [publicRule([group("blue", 75), group("green", 25)]), own];
    expect(walk(byHand, { ...fine, ReadRules: { Rules } }).movedTo).toEqual({ blue: 100, green: 0 });
  });

  const other = { TargetGroupArn: "arn:aws:elasticloadbalancing:ap-southeast-2:1:targetgroup/other/1", Weight: 1 };
  const split = publicRule([group("blue", 75), group("green", 25)]);
  const withoutWeight = ownGroup("blue", undefined);
  const named = toGreen;
  const login = { Type: "authenticate-oidc" };
  it.each<[string, Answers[string]]>([
    ["the rules cannot be read", "fails"],
    ["there is no rule", { Rules: [] }],
    ["the answer has no list", {}],
    ["the candidate's rule is missing", { Rules: [split] }],
    ["the public rule is missing", { Rules: [named] }],
    ["the public rule comes twice", { Rules: [split, split] }],
    ["both rules name the same target group only", { Rules: [publicRule([group("green", 1)]), named] }],
    [
      "the candidate's rule splits its host",
      { Rules: [split, candidateRule([ownGroup("green", 99), ownGroup("blue", 1)])] },
    ],
    [
      "the candidate's rule gives nobody anything",
      { Rules: [split, candidateRule([ownGroup("green", 0), ownGroup("blue", 0)])] },
    ],
    ["the candidate's rule has no weights", { Rules: [split, candidateRule([ownGroup("green", 100), withoutWeight])] }],
    ["the candidate's rule names one colour only", { Rules: [split, candidateRule([ownGroup("green", 100)])] }],
    [
      "the candidate's rule names the public host's groups",
      { Rules: [split, candidateRule([group("green", 100), group("blue", 0)])] },
    ],
    [
      "the candidate's rule names a third group",
      { Rules: [split, candidateRule([ownGroup("green", 100), ownGroup("blue", 0), other])] },
    ],
    ["the candidate's rule names neither colour", { Rules: [split, candidateRule([other])] }],
    ["the candidate's rule names nothing", { Rules: [split, { ...named, Actions: [] }] }],
    ["the public rule names one colour twice", { Rules: [publicRule([group("blue", 1), group("blue", 1)]), named] }],
    ["the public rule names a third group", { Rules: [publicRule([group("blue", 75), other]), named] }],
    [
      "the public rule names three groups",
      { Rules: [publicRule([group("blue", 75), group("green", 25), other]), named] },
    ],
    ["the public rule has no weights", { Rules: [publicRule([group("blue", undefined), group("green", 1)]), named] }],
    ["the public rule asks for a login first", { Rules: [{ ...split, Actions: [login, ...split.Actions] }, named] }],
    // The order of actions is a field of theirs, and the list may have another one.
    ["the public rule asks for a login", { Rules: [{ ...split, Actions: [...split.Actions, login] }, named] }],
    ["the candidate's rule asks for a login", { Rules: [split, { ...named, Actions: [...named.Actions, login] }] }],
    ["a third rule stands for the candidate's", { Rules: [split, { ...named, RuleArn: "arn:other" }] }],
    ["a third rule stands for the public one", { Rules: [{ ...split, RuleArn: "arn:other" }, named] }],
  ])("is not guessed where %s: nothing moves, the latch is set, and people are told", (_, ReadRules) => {
    for (const input of [byHand, greenAlarm, { alarmName: "blue-unfit" }]) {
      const { calls, end, record } = walk(input, { ReadRules });
      expect({ calls, end }).toEqual({
        calls: ["ReadRules", "SetLatch", "TellColoursUnclear"],
        end: "RollbackIncomplete",
      });
      expect(record).toMatchObject({ state: "set", reason: expect.stringContaining("no traffic was moved") });
    }
    expect(walk({ ...checkInput }, { ...fine, ReadRules })).toMatchObject({
      calls: ["ReadRules"],
      end: "CheckIncomplete",
    });
  });

  it("is not guessed, and people are told, where the latch cannot be set either", () => {
    expect(walk(byHand, { ReadRules: "fails", SetLatch: "fails" })).toMatchObject({
      calls: ["ReadRules", "SetLatch", "TellColoursUnclear"],
      end: "RollbackIncomplete",
    });
  });
});

describe("the health of the colour that got the traffic", () => {
  const none = { text: '{"TargetHealthDescriptions":[{"TargetHealth":{"State":"unhealthy"}}]}' };

  it("is read after the traffic and the latch, and named in the notice", () => {
    expect(walk(greenAlarm, fine)).toMatchObject({ health: "States.Format('{} has 1 healthy task.', $.plan.live)" });
  });

  it.each([
    [1, "1 healthy task."],
    [2, "2 healthy tasks."],
    [9, "9 healthy tasks."],
    [10, "10 healthy tasks or more."],
    [14, "10 healthy tasks or more."],
  ])("is counted: %i healthy tasks among others", (count, told) => {
    const states = [...Array.from({ length: count }, () => "healthy"), "unhealthy", "draining", "initial"];
    const TargetHealthDescriptions = states.map((State) => ({ TargetHealth: { State } }));
    const ReadReceiver = { text: JSON.stringify({ TargetHealthDescriptions }) };
    expect(walk(greenAlarm, { ...fine, ReadReceiver })).toMatchObject({
      health: `States.Format('{} has ${told}', $.plan.live)`,
    });
  });

  it.each([
    ["no task is healthy", none],
    ["there is no task", { text: '{"TargetHealthDescriptions":[]}' }],
  ])("sends a notice of its own where %s, and the usual one after it", (_, ReadReceiver) => {
    const told = ["ReadReceiver", "TellReceiverUnhealthy", "TellRolledBack"];
    expect(walk(greenAlarm, { ...fine, ReadReceiver })).toMatchObject({
      calls: ["ReadRules", "ReturnTraffic", "SetLatch", ...told],
      end: "Returned",
      health: expect.stringContaining("{} has NO healthy task"),
    });
    const unsent = walk(greenAlarm, { ...fine, ReadReceiver, TellReceiverUnhealthy: "fails" });
    expect(unsent).toMatchObject({ calls: expect.arrayContaining(told), end: "RollbackIncomplete" });
  });

  it("is told with the traffic where that could not be moved", () => {
    const { calls, health } = walk(greenAlarm, { ...fine, ReadReceiver: none, ReturnTraffic: "fails" });
    expect(calls.slice(-2)).toEqual(["ReadReceiver", "TellTrafficStuck"]);
    expect(health).toContain("NO healthy task");
  });

  it("blocks nothing where it cannot be read, and the notice says so", () => {
    expect(walk(greenAlarm, { ...fine, ReadReceiver: "fails" })).toMatchObject({
      calls: ["ReadRules", ...rollback],
      end: "Returned",
      health: expect.stringContaining("It is not known whether {} has healthy tasks"),
    });
  });
});

describe("the machine, started as a check", () => {
  const check = { ...checkInput };
  const count = ["ReadAddress", "CountByMinute", "CountByFiveMinutes"];
  const counted = (Values: readonly number[]) => ({ MetricDataResults: [{ Values }] });

  it("publishes the weights where no weight is out, and asks nothing else", () => {
    expect(walk(check, { ReadRules: at0 }).calls).toEqual(["ReadRules", "PublishWeights"]);
  });

  it("publishes the weights where all is well", () => {
    for (const values of [undefined, [], [0]]) {
      const CountByMinute = values === undefined ? {} : counted(values);
      expect(walk(check, { ...fine, CountByMinute, CountByFiveMinutes: CountByMinute })).toMatchObject({
        calls: [...look, ...count, "PublishWeights"],
        end: "PublishWeights",
      });
    }
  });

  it.each<[string, Answers]>([
    ["by minutes", { CountByMinute: counted([2]) }],
    ["by five minutes", { CountByFiveMinutes: counted([1]) }],
    ["by minutes, while the other call fails", { CountByMinute: counted([1]), CountByFiveMinutes: "fails" }],
    ["by five minutes, while the other call fails", { CountByMinute: "fails", CountByFiveMinutes: counted([1]) }],
  ])("rolls back where the failures have reached a boundary %s", (_, answers) => {
    const { calls, end, record } = walk(check, { ...fine, ...answers });
    expect({ calls, end }).toEqual({ calls: [...look, ...count, ...rollback], end: "Returned" });
    expect(record).toMatchObject({ state: "set", reason: failuresReason, rolledBack: "green" });
  });

  it.each([
    ["the candidate is the one that it is", undefined, since],
    ["that, where the latch is older", "2026-11-19T08:00:00.000Z", since],
    ["the latch was cleared, where that was later", "2026-11-21T08:00:00.000Z", "2026-11-21T08:00:00.000Z"],
    ["the candidate, where the latch tells no time", "yesterday", since],
  ])("counts since %s", (_, LastModifiedDate, expected) => {
    const ReadLatch = {
      Parameter: { ...clear.Parameter, ...(LastModifiedDate === undefined ? {} : { LastModifiedDate }) },
    };
    const { data } = walkStates(buildRollbackDefinition(definitionOptions), check, { ...fine, ReadLatch });
    expect(data["count"]).toEqual({ since: expected });
  });

  it.each<[string, Answers, readonly string[]]>([
    ["the address cannot be read", { ReadAddress: "fails" }, ["ReadAddress"]],
    ["an older address does not tell since when", { ReadAddress: { value: {} } }, ["ReadAddress"]],
    ["the requests cannot be counted by minutes", { CountByMinute: "fails" }, count],
    ["they cannot be counted by five minutes", { CountByFiveMinutes: "fails" }, count],
  ])("moves nothing and fails where %s", (_, answers, calls) => {
    expect(walk(check, { ...fine, ...answers })).toMatchObject({ calls: [...look, ...calls], end: "CheckIncomplete" });
  });

  it("rolls back over an alarm that was firing already", () => {
    const answers = { ...fine, ReadAlarm: alarm("ALARM") };
    const { calls, end, record } = walk(check, answers);
    expect({ calls, end }).toEqual({ calls: [...look, ...rollback], end: "Returned" });
    expect(record).toMatchObject({ reason: "green-unfit", rolledBack: "green" });
  });

  it.each<[string, Answers]>([
    ["is set", { ReadLatch: set }],
    ["cannot be understood", { ReadLatch: latch("") }],
    ["is set and the alarm cannot be read", { ReadLatch: set, ReadAlarm: "fails" }],
  ])("undoes a weight that landed while the latch %s, and keeps the latch as it is", (_, answers) => {
    expect(walk(check, { ...fine, ...answers })).toMatchObject({
      calls: [...look, "ReturnTraffic", "ReadReceiver", "TellUpdateUndone"],
      end: "Returned",
    });
  });

  it("takes a latch that does not exist as set, and writes one", () => {
    for (const ReadAlarm of [alarm("OK"), "fails" as const]) {
      const ReadLatch = "fails: Ssm.ParameterNotFoundException" as const;
      const { calls, end, record } = walk(check, { ...fine, ReadAlarm, ReadLatch });
      expect({ calls, end }).toEqual({ calls: [...look, ...rollback], end: "Returned" });
      expect(record).toMatchObject({
        state: "set",
        reason: "the parameter /celebrant-portal/production/rollout-latch did not exist",
        rolledBack: "green",
      });
    }
  });

  it.each<[string, Answers]>([
    ["the alarm cannot be read", { ReadAlarm: "fails" }],
    ["the alarm does not exist", { ReadAlarm: { CompositeAlarms: [], MetricAlarms: [] } }],
    ["the latch cannot be read", { ReadLatch: "fails: Ssm.InternalServerErrorException" }],
  ])("moves nothing and fails where %s", (_, answers) => {
    expect(walk(check, { ...fine, ...answers })).toMatchObject({ calls: look, end: "CheckIncomplete" });
  });

  it("fails where the weights cannot be published", () => {
    expect(walk(check, { ...fine, PublishWeights: "fails" })).toMatchObject({
      calls: [...look, ...count, "PublishWeights"],
      end: "CheckIncomplete",
    });
  });
});
