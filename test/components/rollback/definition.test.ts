import { beforeEach, describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import { failureQueries } from "../../../components/rollback/failure-queries.ts";
import type { CallState, State, StateMachineDefinition } from "../../../components/rollback/states-language.ts";
import { otherColour } from "../../../rollout/colour.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { fitReason } from "../../../rollout/reason.ts";
import { readText } from "../../docs/markdown.ts";
import { ssmValueProblems } from "../../support/aws/ssm-value.ts";
import { candidateRuleArn, definitionOptions, publicRuleArn, targetGroupArns } from "./fixtures.ts";

const options = definitionOptions;
let definition: StateMachineDefinition;
let states: [string, State][];
let tasks: [string, CallState][];

beforeEach(() => {
  definition = buildRollbackDefinition(options);
  states = Object.entries(definition.States);
  tasks = states.filter((entry): entry is [string, CallState] => entry[1].Type === "Task");
});

function state(name: string): State {
  const found = definition.States[name];
  if (found === undefined) throw new Error(`No state ${name}`);
  return found;
}

function task(name: string): CallState {
  const found = state(name);
  if (found.Type !== "Task") throw new Error(`${name} is a ${found.Type}`);
  return found;
}

function successors(one: State): string[] {
  if (one.Type === "Choice") return [...one.Choices.map((choice) => choice.Next), one.Default];
  const caught = one.Type === "Task" ? one.Catch.map((catcher) => catcher.Next) : [];
  return "Next" in one ? [one.Next, ...caught] : caught;
}

/** The message of a notice, as the definition has it. */
function message(name: string): string {
  const { Message, "Message.$": formatted } = task(name).Parameters as Record<string, string>;
  return String(Message ?? formatted);
}

describe("buildRollbackDefinition", () => {
  it("leads only to states that exist, and reaches each of them", () => {
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const next of successors(state(name))) reached.add(next);
    expect([...reached].sort()).toEqual(states.map(([name]) => name).sort());
  });

  it("moves the traffic with the second call when the alarm started it", () => {
    const plan = "GreenIsCandidate-PublicRuleFirst-BlueFirst";
    const calls = ["TakeInput", "ReadRules", "WhoIsLive", plan, "WhatStarted", "ReturnTraffic"];
    for (const [index, name] of calls.slice(1).entries()) {
      expect(successors(state(calls[index] ?? ""))).toContain(name);
    }
    expect(calls.filter((name) => state(name).Type === "Task")).toEqual(["ReadRules", "ReturnTraffic"]);
  });

  it("calls AWS by SDK integrations alone, each tried again and caught", () => {
    expect(tasks.map(([, { Resource }]) => Resource.replace("arn:aws:states:::aws-sdk:", ""))).toEqual([
      "elasticloadbalancingv2:describeRules",
      "cloudwatch:describeAlarms",
      "ssm:getParameter",
      "ssm:getParameter",
      "cloudwatch:getMetricData",
      "cloudwatch:getMetricData",
      "cloudwatch:putMetricData",
      "elasticloadbalancingv2:modifyRule",
      "ssm:putParameter",
      "elasticloadbalancingv2:describeTargetHealth",
      "sns:publish",
      "sns:publish",
      "sns:publish",
      "sns:publish",
      "sns:publish",
      "sns:publish",
    ]);
    for (const [, { Retry, Catch }] of tasks) {
      expect(Retry.at(-1)).toMatchObject({ ErrorEquals: ["States.ALL"], BackoffRate: 2 });
      expect(Catch.at(-1)?.ErrorEquals).toEqual(["States.ALL"]);
    }
  });

  it("reads both rules with one call, and looks the answer through by paths without a filter or a search", () => {
    expect(task("ReadRules").Parameters).toEqual({ RuleArns: [publicRuleArn, candidateRuleArn] });
    expect(task("ReadRules")).not.toHaveProperty("ResultSelector");
    const paths = JSON.stringify(definition).match(/\$[.[][^"', )]*/g) ?? [];
    expect(paths.length).toBeGreaterThan(100);
    // Step Functions Developer Guide, "Reference paths": names and places in lists.
    expect(paths.filter((path) => !/^\$(\.\w+|\[\d+\])+$/.test(path))).toEqual([]);
  });

  it("puts the input aside before anything is read", () => {
    expect(state(definition.StartAt)).toMatchObject({ Type: "Pass", Parameters: { "input.$": "$" } });
    expect(state(definition.StartAt)).not.toHaveProperty("ResultPath");
  });

  it.each([
    ["ReadLatch", { Name: options.latchParameterName }, undefined],
    ["ReadAddress", { Name: options.addressParameterName }, { "value.$": "States.StringToJson($.Parameter.Value)" }],
    ["ReadReceiver", { "TargetGroupArn.$": "$.plan.receiverArn" }, { "text.$": "States.JsonToString($)" }],
  ])("%s asks for one thing by its name, and keeps what later states read", (name, parameters, selector) => {
    const { Parameters, ResultSelector } = task(name);
    expect([Parameters, ResultSelector]).toEqual([parameters, selector]);
  });

  it.each([
    ["CountByMinute", 1],
    ["CountByFiveMinutes", 5],
  ] as const)(
    "%s counts the failures of both colours from where the count begins until now, as one number",
    (name, period) => {
      expect(task(name).Parameters).toEqual({
        MetricDataQueries: failureQueries(options.rollbackTest, period, options.loadBalancerArnSuffix, {
          candidate: "$.plan.groups.candidate",
          live: "$.plan.groups.live",
        }),
        "StartTime.$": "$.count.since",
        "EndTime.$": "$$.State.EnteredTime",
        ScanBy: "TimestampDescending",
        MaxDatapoints: 1,
      });
    },
  );

  it("ends well where all is done or there was nothing to do, and otherwise as failed", () => {
    const endsOf = (type: State["Type"]) => states.filter(([, one]) => one.Type === type).map(([name]) => name);
    expect(endsOf("Succeed").sort()).toEqual(["NothingOut", "Returned"]);
    expect(endsOf("Fail").sort()).toEqual(["CheckIncomplete", "OtherAlarm", "RollbackIncomplete"]);
    for (const name of endsOf("Fail")) expect(state(name)).toMatchObject({ Error: name, Cause: expect.any(String) });
    expect(tasks.filter(([, one]) => "End" in one).map(([name, one]) => [name, "Next" in one])).toEqual([
      ["PublishWeights", false],
    ]);
  });

  it("writes the rule as the program plans it: blue before green, no stickiness", () => {
    expect(task("ReturnTraffic").Parameters).toEqual({
      RuleArn: publicRuleArn,
      Actions: [
        {
          Type: "forward",
          ForwardConfig: {
            TargetGroups: [
              { TargetGroupArn: targetGroupArns.blue, "Weight.$": "$.plan.weights.blue" },
              { TargetGroupArn: targetGroupArns.green, "Weight.$": "$.plan.weights.green" },
            ],
            TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 1 },
          },
        },
      ],
    });
  });

  it.each([
    ["blue", "BlueIsCandidate", { blue: 0, green: 100 }],
    ["green", "GreenIsCandidate", { blue: 100, green: 0 }],
  ] as const)("takes everything from the candidate %s and asks its own alarm", (candidate, name, weights) => {
    const plans = states.filter(([stateName]) => stateName.startsWith(name));
    expect(plans).toHaveLength(4);
    const alarmName = `${candidate}-unfit`;
    const receiverArn = targetGroupArns[otherColour(candidate)];
    for (const [, plan] of plans)
      expect(plan).toMatchObject({ Parameters: { candidate, alarmName, weights, receiverArn } });
    const suffix = (colour: "blue" | "green") => targetGroupArns[colour].split(":").at(-1);
    const groups = { candidate: suffix(candidate), live: suffix(otherColour(candidate)) };
    for (const [, plan] of plans) expect(plan).toMatchObject({ Parameters: { groups } });
    for (const [stateName, plan] of plans) {
      const place = stateName.includes("PublicRuleFirst") ? 0 : 1;
      expect(JSON.stringify(plan)).toContain(`$.rules.Rules[${place}].`);
      expect(JSON.stringify(plan)).not.toContain(`$.rules.Rules[${1 - place}].`);
    }
  });

  it("goes on after a failure: traffic to latch, latch to health, health to notice, notice to a failed execution", () => {
    const calls = ["ReturnTraffic", "SetLatch", "ReadReceiver", "TellReceiverUnhealthy", "TellRolledBack"];
    expect(calls.map((name) => task(name).Catch.at(-1)?.Next)).toEqual([
      "WhyReturned",
      "WasMoved",
      "ReceiverHealth",
      "WhatElseToTell",
      "AllDone",
    ]);
    expect(state("AllDone")).toMatchObject({
      Choices: [
        {
          Or: [
            { Variable: "$.trafficError", IsPresent: true },
            { Variable: "$.latchError", IsPresent: true },
            { Variable: "$.noticeError", IsPresent: true },
          ],
          Next: "RollbackIncomplete",
        },
      ],
    });
  });

  it("writes a latch that any reason leaves readable, and knows a clear one by the text the program writes", () => {
    expect(task("SetLatch").Parameters).toEqual({
      Name: options.latchParameterName,
      Type: "String",
      Overwrite: true,
      "Value.$": "States.JsonToString($.record)",
    });
    const reasons = states.flatMap(([, one]) =>
      one.Type === "Pass" && "state" in one.Parameters ? [one.Parameters] : [],
    );
    expect(reasons).toHaveLength(5);
    for (const reason of reasons) expect(reason).toMatchObject({ state: "set", "at.$": "$$.State.EnteredTime" });
    expect(reasons).toContainEqual(
      expect.objectContaining({ "reason.$": "$.plan.alarmName", "rolledBack.$": "$.plan.candidate" }),
    );
    expect(JSON.stringify(state("Judge"))).toContain(JSON.stringify(JSON.stringify(clearLatch)));
  });

  it("publishes each weight under the name that the load balancer's own metrics use", () => {
    expect(task("PublishWeights").Parameters).toEqual({
      Namespace: "CelebrantPortal/production",
      MetricData: [
        {
          MetricName: "TrafficWeight",
          Dimensions: [{ Name: "TargetGroup", Value: "targetgroup/portal-blue/aaaaaaaaaaaaaaaa" }],
          Unit: "Percent",
          "Value.$": "$.plan.split.blue",
        },
        {
          MetricName: "TrafficWeight",
          Dimensions: [{ Name: "TargetGroup", Value: "targetgroup/portal-green/bbbbbbbbbbbbbbbb" }],
          Unit: "Percent",
          "Value.$": "$.plan.split.green",
        },
        { MetricName: "CandidateWeight", Unit: "Percent", "Value.$": "$.plan.candidateWeight" },
      ],
    });
  });

  it("gives the look at the receiver little time, so that the notice does not wait for it", () => {
    const { TimeoutSeconds, Retry } = task("ReadReceiver");
    expect(TimeoutSeconds * ((Retry.at(-1)?.MaxAttempts ?? 0) + 1)).toBeLessThanOrEqual(10);
  });

  it("gives its calls less time in all than the execution has", () => {
    const seconds = tasks
      .filter(([name]) => !name.startsWith("Tell") || ["TellReceiverUnhealthy", "TellRolledBack"].includes(name))
      .map(([, { TimeoutSeconds, Retry }]) => {
        const attempts = Retry.at(-1)?.MaxAttempts ?? 0;
        const waits = Array.from({ length: attempts }, (_, index) => Math.min(2 ** index, 8));
        return TimeoutSeconds * (attempts + 1) + waits.reduce((sum, wait) => sum + wait, 0);
      })
      .reduce((sum, each) => sum + each, 0);
    expect(seconds).toBeLessThan(definition.TimeoutSeconds);
  });

  it("writes notices that States.Format and SNS accept", () => {
    for (const [name, { Parameters }] of tasks.filter(([taskName]) => taskName.startsWith("Tell"))) {
      const { Subject, Message, "Message.$": formatted } = Parameters as Record<string, string>;
      expect(Subject, name).toMatch(/^[A-Za-z][ -~]{0,98}$/);
      if (Message !== undefined) continue;
      const format = /^States\.Format\('(?<text>[^'\\]*)', (?<paths>.*)\)$/.exec(formatted ?? "")?.groups;
      expect(format?.["text"]?.match(/\{\}/g), name).toHaveLength(format?.["paths"]?.split(", ").length ?? 0);
    }
  });

  it("names in each notice the colour that got the traffic, and what is known of its health", () => {
    for (const name of [
      "TellTrafficStuck",
      "TellReceiverUnhealthy",
      "TellLatchOpen",
      "TellUpdateUndone",
      "TellRolledBack",
    ])
      expect(message(name), name).toMatch(
        /, \$\.plan\.candidate, \$\.plan\.live, \$\.record\.reason, \$\.health\.sentence\)$/,
      );
    for (const name of ["ReceiverHas1", "ReceiverHas10", "ReceiverUnhealthy", "ReceiverUnknown"])
      expect(JSON.stringify(state(name)), name).toMatch(/States\.Format\('[^']*\{\}[^']*', \$\.plan\.live\)/);
  });

  it("ends each notice with the command that comes next, and a page for when there is no command line", () => {
    const rollback = "npm run rollout -- rollback --stage production";
    const resume = "npm run rollout -- resume --stage production";
    for (const name of [
      "TellTrafficStuck",
      "TellLatchOpen",
      "TellUpdateUndone",
      "TellRolledBack",
      "TellColoursUnclear",
    ])
      expect(message(name), name).toContain(rollback);
    for (const name of ["TellUpdateUndone", "TellRolledBack"]) expect(message(name), name).toContain(resume);
    const pages = [...JSON.stringify(definition).matchAll(/docs\/runbook\.md, ([A-Za-z ]+)\./g)].map(
      ([, page]) => page,
    );
    expect(pages.sort()).toEqual(["Resume", "Resume", "Roll back", "Roll back", "Roll back", "Set the latch"]);
    const headings = readText("docs/runbook.md").match(/^##+ .+$/gm);
    expect(headings).toEqual(expect.arrayContaining(pages.map((page) => `## ${page}`)));
  });

  it("tells by mail what the runbook lists, under the same subjects", () => {
    const subjects = tasks.flatMap(([, { Parameters }]) =>
      "Subject" in Parameters ? String(Parameters["Subject"]) : [],
    );
    expect(subjects).toHaveLength(6);
    const runbook = readText("docs/runbook.md");
    expect(subjects.filter((subject) => !runbook.includes(`| \`${subject}\` |`))).toEqual([]);
  });

  it("writes latches that SSM takes, since no state could make a reason fit", () => {
    const reasons = states.flatMap(([, one]) => {
      if (one.Type !== "Pass") return [];
      const { reason, alarmName } = one.Parameters as Record<string, string | undefined>;
      return [reason, alarmName].filter((text) => text !== undefined);
    });
    // Five that it writes itself, one of which a standing latch keeps out, and an alarm's name for each plan.
    expect(reasons).toHaveLength(5 + 8);
    const paths = JSON.stringify(definition).match(/"reason\.\$":"[^"]*"/g);
    expect(paths).toEqual(['"reason.$":"$.plan.alarmName"']);
    for (const reason of reasons) {
      expect(ssmValueProblems(JSON.stringify({ state: "set", at: "x", reason, rolledBack: "green" }))).toEqual([]);
      expect(fitReason(reason)).toEqual({ reason, whole: reason, change: undefined });
    }
    for (const name of ["{{ssm:x}}", "a\u202eb", "x".repeat(501)]) {
      expect(() => buildRollbackDefinition({ ...options, alarmNames: { blue: name, green: "green-unfit" } })).toThrow(
        "cannot be the reason in the rollback latch",
      );
    }
  });

  it("refuses what is no target group", () => {
    expect(() =>
      buildRollbackDefinition({ ...options, targetGroupArns: { ...targetGroupArns, blue: publicRuleArn } }),
    ).toThrow(`"${publicRuleArn}" is not a target group ARN`);
  });
});
