import { describe, expect, it } from "vitest";
import { buildRollbackDefinition } from "../../../components/rollback/definition.ts";
import type { RollbackDefinitionOptions } from "../../../components/rollback/definition-options.ts";
import type { State, TaskState } from "../../../components/rollback/states-language.ts";
import { clearLatch } from "../../../rollout/latch.ts";
import { readText } from "../../docs/markdown.ts";
import { alertTopicArn, publicRuleArn, targetGroupArns } from "./fixtures.ts";

const options: RollbackDefinitionOptions = {
  publicRuleArn,
  targetGroupArns,
  alarmNames: { blue: "blue-unfit", green: "green-unfit" },
  stickiness: { enabled: false, durationSeconds: 1 },
  latchParameterName: "/celebrant-portal/production/rollout-latch",
  alertTopicArn,
  metricNamespace: "CelebrantPortal/production",
};
const definition = buildRollbackDefinition(options);
const states = Object.entries(definition.States);

function state(name: string): State {
  const found = definition.States[name];
  if (found === undefined) throw new Error(`No state ${name}`);
  return found;
}

function task(name: string): TaskState {
  const found = state(name);
  if (found.Type !== "Task") throw new Error(`${name} is a ${found.Type}`);
  return found;
}

const tasks = states.filter((entry): entry is [string, TaskState] => entry[1].Type === "Task");

function successors(one: State): string[] {
  if (one.Type === "Choice") return [...one.Choices.map((choice) => choice.Next), one.Default];
  const caught = one.Type === "Task" ? one.Catch.map((catcher) => catcher.Next) : [];
  return "Next" in one ? [one.Next, ...caught] : caught;
}

describe("buildRollbackDefinition", () => {
  it("leads only to states that exist, and reaches each of them", () => {
    const reached = new Set([definition.StartAt]);
    for (const name of reached) for (const next of successors(state(name))) reached.add(next);
    expect([...reached].sort()).toEqual(states.map(([name]) => name).sort());
  });

  it("moves the traffic with the second call when the alarm started it", () => {
    const calls = ["WhatStarted", "CandidateIsGreen", "ReadRule", "WeightOut", "ReturnTraffic"];
    for (const [index, name] of calls.slice(1).entries()) {
      expect(successors(state(calls[index] ?? ""))).toContain(name);
    }
    expect(calls.filter((name) => state(name).Type === "Task")).toEqual(["ReadRule", "ReturnTraffic"]);
  });

  it("calls AWS by SDK integrations alone, each tried again and caught", () => {
    expect(tasks.map(([, { Resource }]) => Resource.replace("arn:aws:states:::aws-sdk:", ""))).toEqual([
      "elasticloadbalancingv2:describeRules",
      "cloudwatch:describeAlarms",
      "ssm:getParameter",
      "cloudwatch:putMetricData",
      "elasticloadbalancingv2:modifyRule",
      "ssm:putParameter",
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

  it("speaks to moto by its own name for load balancing", () => {
    const inMoto = buildRollbackDefinition({ ...options, loadBalancingService: "elbv2" });
    expect(JSON.stringify(inMoto)).not.toContain("elasticloadbalancingv2");
    expect(inMoto.States["ReturnTraffic"]).toMatchObject({ Resource: "arn:aws:states:::aws-sdk:elbv2:modifyRule" });
  });

  it("finds the weights by the ARN of the target group", () => {
    expect(task("ReadRule")).toMatchObject({
      Parameters: { RuleArns: [publicRuleArn] },
      ResultSelector: {
        "blue.$": `$..TargetGroups[?(@.TargetGroupArn=='${targetGroupArns.blue}')].Weight`,
        "green.$": `$..TargetGroups[?(@.TargetGroupArn=='${targetGroupArns.green}')].Weight`,
      },
    });
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
    ["blue", "CandidateIsBlue", { blue: 0, green: 100 }],
    ["green", "CandidateIsGreen", { blue: 100, green: 0 }],
  ] as const)("takes everything from the candidate %s and asks its own alarm", (candidate, name, weights) => {
    expect(state(name)).toMatchObject({ Result: { candidate, alarmName: `${candidate}-unfit`, weights } });
  });

  it("goes on after a failure: traffic to latch, latch to notice, notice to a failed execution", () => {
    const caughtBy = (name: string) => task(name).Catch.at(-1)?.Next;
    expect([caughtBy("ReturnTraffic"), caughtBy("SetLatch"), caughtBy("TellRolledBack")]).toEqual([
      "LatchStands",
      "WhatToTell",
      "RollbackIncomplete",
    ]);
    expect(state("AllDone")).toMatchObject({
      Choices: [
        {
          Or: [
            { Variable: "$.trafficError", IsPresent: true },
            { Variable: "$.latchError", IsPresent: true },
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
    expect(state("DescribeRollback")).toMatchObject({
      Parameters: {
        state: "set",
        "at.$": "$$.State.EnteredTime",
        "reason.$": "$.plan.alarmName",
        "rolledBack.$": "$.plan.candidate",
      },
    });
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
          "Value.$": "$.rule.blue[0]",
        },
        {
          MetricName: "TrafficWeight",
          Dimensions: [{ Name: "TargetGroup", Value: "targetgroup/portal-green/bbbbbbbbbbbbbbbb" }],
          Unit: "Percent",
          "Value.$": "$.rule.green[0]",
        },
      ],
    });
  });

  it("gives its calls less time in all than the execution has", () => {
    const seconds = tasks
      .filter(([name]) => !name.startsWith("Tell") || name === "TellRolledBack")
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
      const { Subject, "Message.$": message } = Parameters as { Subject: string; "Message.$": string };
      expect(Subject, name).toMatch(/^[A-Za-z][ -~]{0,98}$/);
      const format = /^States\.Format\('(?<text>[^'\\]*)', (?<paths>.*)\)$/.exec(message)?.groups;
      expect(format?.["text"]?.match(/\{\}/g), name).toHaveLength(format?.["paths"]?.split(", ").length ?? 0);
    }
  });

  it("ends each notice with the command that comes next, and a page for when there is no command line", () => {
    const message = (name: string) => String((task(name).Parameters as { "Message.$": string })["Message.$"]);
    const rollback = "npm run rollout -- rollback --stage production";
    const resume = "npm run rollout -- resume --stage production";
    for (const name of ["TellTrafficStuck", "TellLatchOpen", "TellUpdateUndone", "TellRolledBack"])
      expect(message(name), name).toContain(rollback);
    for (const name of ["TellUpdateUndone", "TellRolledBack"]) expect(message(name), name).toContain(resume);
    const pages = [...JSON.stringify(definition).matchAll(/docs\/runbook\.md, ([A-Za-z ]+)\./g)].map(
      ([, page]) => page,
    );
    expect(pages).toEqual(["Roll back", "Set the latch", "Resume", "Resume"]);
    const headings = readText("docs/runbook.md").match(/^##+ .+$/gm);
    expect(headings).toEqual(expect.arrayContaining(pages.map((page) => `## ${page}`)));
  });

  it("tells by mail what the runbook lists, under the same subjects", () => {
    const subjects = tasks.flatMap(([, { Parameters }]) =>
      "Subject" in Parameters ? String(Parameters["Subject"]) : [],
    );
    expect(subjects).toHaveLength(4);
    const runbook = readText("docs/runbook.md");
    expect(subjects.filter((subject) => !runbook.includes(`| \`${subject}\` |`))).toEqual([]);
  });

  it("refuses what is no target group", () => {
    expect(() =>
      buildRollbackDefinition({ ...options, targetGroupArns: { ...targetGroupArns, blue: publicRuleArn } }),
    ).toThrow(`"${publicRuleArn}" is no target group ARN`);
  });
});
