import { DescribeRulesCommand, ModifyRuleCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { beforeEach, describe, expect, it } from "vitest";
import { moveAllTraffic, readSplit, readTargets, writeSplit } from "../../../infra/aws/public-rule.ts";
import type { Colour } from "../../../rollout/colour.ts";
import { answerCalls } from "../../support/aws/answer-calls.ts";
import { connectClients } from "../../support/aws/aws-clients.ts";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { recordCalls } from "../../support/aws/record-calls.ts";
import { setHealthyTasks } from "../../support/aws/set-healthy-tasks.ts";
import { startDeployedStage } from "../../support/aws/start-deployed-stage.ts";

describeWithMoto("the public rule", () => {
  const stage = startDeployedStage();

  const stickiness = { enabled: true, durationSeconds: 3600 };
  const address = () => ({ ...stage.addresses, stickiness });
  const client = () => connectClients(stage.moto).balancing;

  async function writeRule(...groups: readonly (readonly [Colour, number])[]) {
    await client().send(
      new ModifyRuleCommand({
        RuleArn: stage.addresses.publicRuleArn,
        Actions: [
          {
            Type: "forward",
            ForwardConfig: {
              TargetGroups: groups.map(([colour, Weight]) => {
                return { TargetGroupArn: stage.addresses.targetGroupArns[colour], Weight };
              }),
            },
          },
        ],
      }),
    );
  }

  beforeEach(() => writeRule(["blue", 75], ["green", 25]));

  it.each<readonly (readonly [Colour, number])[][]>([
    [
      [
        ["blue", 75],
        ["green", 25],
      ],
    ],
    [
      [
        ["green", 25],
        ["blue", 75],
      ],
    ],
  ])("is read by target group, in whichever order it names them: %j", async (groups) => {
    await writeRule(...groups);
    expect(await readSplit(client(), address())).toEqual({ blue: 75, green: 25 });
  });

  it("is read with one call", async () => {
    const balancing = client();
    const calls = recordCalls(balancing);
    await readSplit(balancing, address());
    expect(calls).toEqual(["DescribeRulesCommand"]);
  });

  it.each(["blue", "green"] as const)(
    "gives all traffic to %s with one call, and answers what AWS then has",
    async (to) => {
      const balancing = client();
      const calls = recordCalls(balancing);
      const split = to === "blue" ? { blue: 100, green: 0 } : { blue: 0, green: 100 };
      expect(await moveAllTraffic(balancing, address(), to)).toEqual(split);
      expect(calls).toEqual(["ModifyRuleCommand"]);
      expect(await readSplit(client(), address())).toEqual(split);
    },
  );

  it("takes any split with one call, and answers what AWS then has", async () => {
    const balancing = client();
    const calls = recordCalls(balancing);
    expect(await writeSplit(balancing, address(), { blue: 95, green: 5 })).toEqual({ blue: 95, green: 5 });
    expect(calls).toEqual(["ModifyRuleCommand"]);
    expect(await readSplit(client(), address())).toEqual({ blue: 95, green: 5 });
  });

  it("keeps the stickiness of the plan, the order of the groups and the rule's conditions", async () => {
    const rule = async () => {
      const { Rules } = await client().send(new DescribeRulesCommand({ RuleArns: [stage.addresses.publicRuleArn] }));
      return Rules?.[0];
    };
    const before = await rule();
    await moveAllTraffic(client(), address(), "blue");
    const after = await rule();
    expect(after?.Actions?.[0]?.ForwardConfig).toMatchObject({
      TargetGroups: [
        { TargetGroupArn: stage.addresses.targetGroupArns.blue, Weight: 100 },
        { TargetGroupArn: stage.addresses.targetGroupArns.green, Weight: 0 },
      ],
      TargetGroupStickinessConfig: { Enabled: true, DurationSeconds: 3600 },
    });
    expect([after?.Conditions, after?.Priority]).toEqual([before?.Conditions, before?.Priority]);
    await moveAllTraffic(client(), { ...address(), stickiness: { enabled: false, durationSeconds: 1 } }, "blue");
    expect((await rule())?.Actions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig?.Enabled).toBe(false);
  });

  it("is not read where somebody has rewritten it to name one group, and can be taken back all the same", async () => {
    await client().send(
      new ModifyRuleCommand({
        RuleArn: stage.addresses.publicRuleArn,
        Actions: [{ Type: "forward", TargetGroupArn: stage.addresses.targetGroupArns.green }],
      }),
    );
    await expect(readSplit(client(), address())).rejects.toThrow(
      /^AWS: the public rule arn:\S+ does not name the target group of blue: somebody has changed it by hand\. To put it back with all traffic on the live colour, run npm run rollout -- rollback --stage <stage>; or set candidateWeight to 0 and run npx pulumi up --stack <stage>, which writes the rule/,
    );
    expect(await moveAllTraffic(client(), address(), "blue")).toEqual({ blue: 100, green: 0 });
  });

  it("is not read where it names another group in a colour's place", async () => {
    await writeRule(["blue", 75], ["green", 25]);
    const targetGroupArns = { ...stage.addresses.targetGroupArns, green: "arn:another" };
    await expect(readSplit(client(), { ...address(), targetGroupArns })).rejects.toThrow("the target group of green");
  });

  describe("that is gone", () => {
    const gone = () => ({ ...address(), publicRuleArn: `${stage.addresses.publicRuleArn}0` });

    it("says so, what was asked and what to do", async () => {
      await expect(readSplit(client(), gone())).rejects.toThrow(
        /^AWS: the public rule could not be read: .*Something is missing in AWS/s,
      );
      await expect(moveAllTraffic(client(), gone(), "blue")).rejects.toThrow(
        /^AWS: the traffic could not be moved to blue: .*\(RuleNotFound\w*\)\. What the last update left behind is not/s,
      );
      await expect(writeSplit(client(), gone(), { blue: 95, green: 5 })).rejects.toThrow(
        /^AWS: the public rule could not be written: .*\(RuleNotFound\w*\)\. What the last update left behind is not/s,
      );
    });
  });
});

describeWithMoto("readTargets", () => {
  const stage = startDeployedStage();

  it.each([0, 1, 3])("counts %i healthy tasks of one colour, with one call", async (count) => {
    await setHealthyTasks(stage.account, "green", count);
    await setHealthyTasks(stage.account, "blue", 2);
    const { balancing } = connectClients(stage.moto);
    const calls = recordCalls(balancing);
    expect(await readTargets(balancing, stage.addresses.targetGroupArns.green)).toEqual({
      healthy: count,
      notHealthy: 0,
    });
    expect(calls).toEqual(["DescribeTargetHealthCommand"]);
  });

  it("takes only a healthy target for one that can serve", async () => {
    const { balancing } = connectClients(stage.moto);
    const states = ["healthy", "unhealthy", "initial", "draining", "unused", "unavailable", "healthy", undefined];
    answerCalls(balancing, {
      TargetHealthDescriptions: states.map((State) => (State === undefined ? {} : { TargetHealth: { State } })),
    });
    expect(await readTargets(balancing, "arn:group")).toEqual({ healthy: 2, notHealthy: 6 });
  });

  it("says what was asked where the group is gone", async () => {
    const { balancing } = connectClients(stage.moto);
    await expect(readTargets(balancing, `${stage.addresses.targetGroupArns.green}0`)).rejects.toThrow(
      /^AWS: the tasks' health could not be read: .*\(TargetGroupNotFound\w*\)/,
    );
  });
});
