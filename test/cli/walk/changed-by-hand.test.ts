import {
  CreateRuleCommand,
  DeleteRuleCommand,
  DescribeRulesCommand,
  ModifyRuleCommand,
  type RuleCondition,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { beforeAll, beforeEach, expect, it } from "vitest";
import { describeWithMoto } from "../../support/aws/describe-with-moto.ts";
import { startStage } from "../../support/cli/start-stage.ts";
import type { Standing } from "../../support/cli/test-stage.ts";

describeWithMoto("what somebody has changed in AWS by hand, and what is no split", () => {
  const started = startStage("production");
  let at25: Standing;
  beforeAll(async () => {
    await started.current.advanceTo(25);
    at25 = await started.current.remember();
  });
  beforeEach(() => started.current.returnTo(at25));

  const balancing = () => started.current.pulumi.account().clients.balancing;
  const addresses = () => started.current.addresses();

  /** Writes the public rule with these weights and this stickiness. */
  async function writeRule(blue: number, green: number, stickySeconds?: number) {
    const { publicRuleArn, targetGroupArns } = await addresses();
    await balancing().send(
      new ModifyRuleCommand({
        RuleArn: publicRuleArn,
        Actions: [
          {
            Type: "forward",
            ForwardConfig: {
              TargetGroups: [
                { TargetGroupArn: targetGroupArns.blue, Weight: blue },
                { TargetGroupArn: targetGroupArns.green, Weight: green },
              ],
              TargetGroupStickinessConfig: {
                Enabled: stickySeconds !== undefined,
                DurationSeconds: stickySeconds ?? 1,
              },
            },
          },
        ],
      }),
    );
  }

  /** A rule with a lower number than the public one's. @returns its ARN */
  async function addRule(priority: number, ...Conditions: RuleCondition[]): Promise<string> {
    const { publicRuleArn, targetGroupArns } = await addresses();
    const ListenerArn = publicRuleArn.replace(":listener-rule/", ":listener/").replace(/\/[^/]+$/, "");
    const Actions = [{ Type: "forward" as const, TargetGroupArn: targetGroupArns.green }];
    const { Rules } = await balancing().send(
      new CreateRuleCommand({ ListenerArn, Priority: priority, Conditions, Actions }),
    );
    return String(Rules?.[0]?.RuleArn);
  }

  async function stickiness() {
    const { publicRuleArn } = await addresses();
    const { Rules } = await balancing().send(new DescribeRulesCommand({ RuleArns: [publicRuleArn] }));
    return Rules?.[0]?.Actions?.[0]?.ForwardConfig?.TargetGroupStickinessConfig?.Enabled;
  }

  it("is stickiness: status and the step say so, and rollback switches it off", async () => {
    const stage = started.current;
    await writeRule(75, 25, 3600);
    const { stdout } = await stage.run("status");
    expect(stdout).toMatch(/^AWS, production: blue 75 %, green 25 %, as recorded\.\nNOT as planned: Stickiness is on/);
    expect(stdout).toContain(
      "Next: Somebody has changed the public rule by hand. Write it as planned, with the weights as they are.\n    npx pulumi up --refresh --target '**aws:lb/listenerRule:ListenerRule::portal-production-public' --target-dependents --stack production",
    );
    const advanced = await stage.run("advance");
    expect(advanced.stderr).toContain("Stickiness is on in the public rule: for 3600 s a client stays");
    expect(advanced.exitCode).toBe(1);
    expect(stage.pulumi.record.weightPercent).toBe(25);

    const back = await stage.run("rollback");
    expect(back.exitCode).toBe(0);
    expect(await stickiness()).toBe(false);
    expect((await stage.run("status")).stdout).not.toContain("NOT as planned");
  });

  it("is a rule that takes the public host: all say so, and rollback names it and does not delete it", async () => {
    const stage = started.current;
    const host = new URL((await addresses()).endpoints.api).hostname;
    const wildcard = host.replace(/^[^.]+/, "*");
    const arn = await addRule(3, { Field: "host-header", HostHeaderConfig: { Values: [wildcard] } });
    const remove = `aws elbv2 delete-rule --region ap-southeast-2 --rule-arn ${arn}`;
    const taken = `Another rule takes requests of ${host} before the public rule does: priority 3, host ${wildcard}.`;

    const { stdout } = await stage.run("status");
    expect(stdout).toContain(`NOT as planned: ${taken}`);
    expect(stdout).toContain(`Find out who made it, then delete it.\n    ${remove}\n`);
    const advanced = await stage.run("advance");
    expect(advanced.stderr).toContain(taken);
    expect(advanced.exitCode).toBe(1);

    const back = await stage.run("rollback");
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
    expect(back.stdout).toContain(`- ${taken}`);
    expect(back.stdout).toContain(`To delete it, run ${remove}.`);
    expect(back.exitCode).toBe(1);

    await balancing().send(new DeleteRuleCommand({ RuleArn: arn }));
    expect((await stage.run("rollback")).exitCode).toBe(0);
  });

  it("is a rule on a path of every host, but no rule of another host", async () => {
    const stage = started.current;
    await addRule(4, { Field: "host-header", HostHeaderConfig: { Values: ["shop.example.com"] } });
    expect((await stage.run("status")).stdout).not.toContain("NOT as planned");
    await addRule(5, { Field: "path-pattern", PathPatternConfig: { Values: ["/login*"] } });
    expect((await stage.run("status")).stdout).toContain("priority 5, every host, path /login*.");
  });

  it("is told without Pulumi too", async () => {
    const stage = started.current;
    await writeRule(75, 25, 60);
    const { stdout } = await stage.runIn(
      stage.world({
        async outputs() {
          throw new Error("Pulumi is not logged in.");
        },
      }),
      "status",
    );
    expect(stdout).toMatch(/^AWS, production: blue 75 %, green 25 %\.\nNOT as planned: Stickiness is on/);
  });

  it("is told with a mistake in the stack file too, with what is wrong in it", async () => {
    const stage = started.current;
    await writeRule(75, 25, 60);
    const before = stage.stackFile();
    stage.editStackFile((text) => text.replace("candidateWeight: 25", "candidateWeight: 7"));
    const { stdout, exitCode } = await stage.run("status");
    stage.editStackFile(() => before);
    expect(stdout).toMatch(/^AWS, production: blue 75 %, green 25 %\.\nNOT as planned: Stickiness is on/);
    expect(stdout).toContain("Next: Correct the stack file to see whether a step may be taken.");
    expect(stdout).toMatch(/The stack file could not be read, so this is from AWS alone: .*candidateWeight is 7/s);
    expect(exitCode).toBe(1);
  });

  it("is a rule without any weight, which serves nobody: status says so, no step is taken, and rollback heals it", async () => {
    const stage = started.current;
    await writeRule(0, 0);
    const { stdout } = await stage.run("status");
    expect(stdout).toMatch(/^AWS, production: blue 0 %, green 0 %, which is NOT what the record says\./);
    expect(stdout).toContain("npm run rollout -- rollback --stage production");
    const advanced = await stage.run("advance");
    expect(advanced.stderr).toContain("The public rule in AWS gives blue 0 and green 0, which serves nobody,");
    expect(advanced.exitCode).toBe(1);
    expect((await stage.run("rollback")).exitCode).toBe(0);
    expect(await stage.weights()).toEqual({ blue: 100, green: 0 });
  });
});
