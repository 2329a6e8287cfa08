import { DescribeRulesCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, expect, it, vi } from "vitest";
import { readSplit } from "../../infra/aws/public-rule.ts";
import { applySettings } from "../../infra/config/apply-settings.ts";
import { projectName } from "../../infra/config/config-keys.ts";
import { readStackFile } from "../../infra/config/stack-file.ts";
import program from "../../infra/index.ts";
import { updateTimeVariable } from "../../infra/rollout/program-world.ts";
import { recordPlan } from "../../rehearsal/plan/record-plan.ts";
import { worldAfter } from "../../rehearsal/plan/world-after.ts";
import { colours } from "../../rollout/colour.ts";
import type { RolloutRecord } from "../../rollout/record.ts";
import type { Split } from "../../rollout/split.ts";
import { connectClients } from "../support/aws/aws-clients.ts";
import { describeWithMoto } from "../support/aws/describe-with-moto.ts";
import { type RecordedRequests, recordRequests } from "../support/aws/record-requests.ts";
import { setWeights } from "../support/aws/set-weights.ts";
import { startDeployedStage } from "../support/aws/start-deployed-stage.ts";
import { recordAt } from "../support/rollout.ts";
import { fixtureFolder } from "../support/stack-files.ts";

const now = new Date("2026-11-23T15:00:00.000Z");

describeWithMoto("the program that Pulumi runs, in an account", () => {
  const stage = startDeployedStage();
  let requests: RecordedRequests;
  beforeAll(async () => {
    requests = await recordRequests(stage.moto);
    vi.stubEnv(updateTimeVariable, now.toISOString());
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await requests.stop();
  });

  const balancing = () => connectClients(stage.moto).balancing;

  async function ruleInAws() {
    const { Rules } = await balancing().send(new DescribeRulesCommand({ RuleArns: [stage.addresses.publicRuleArn] }));
    return Rules?.[0];
  }

  const set = (split: Split) => setWeights(connectClients(stage.moto), stage.addresses, split);
  const split = () => readSplit(balancing(), stage.addresses);

  /**
   * Runs the program after an update that left this record, with the rule as it is in the account.
   *
   * @param publicRuleArn ARN that the last update named the rule by. Default the one in the account
   */
  async function update(
    previous: RolloutRecord,
    weightPercent: number,
    publicRuleArn: string = stage.addresses.publicRuleArn,
  ): Promise<{ readonly record: unknown; readonly warnings: readonly string[] }> {
    const { targetGroupArns } = stage.addresses;
    const { stackOutputs, listenerRules, parameters } = worldAfter(previous);
    const real = await split();
    const warn = vi.spyOn(console, "warn").mockImplementation(() => {});
    requests.take();
    const { outputs } = await recordPlan({
      project: projectName,
      stack: "staging",
      config: applySettings(readStackFile(fixtureFolder, "staging").values, {
        "images.blue": previous.images.blue,
        "images.green": previous.images.green,
        "rollout.freezeWindows": [],
        liveColour: previous.liveColour,
        candidateWeight: weightPercent,
      }),
      calls: {
        parameters: parameters ?? {},
        stackOutputs: { ...stackOutputs, publicRuleArn, targetGroupArns },
        listenerRules: {
          ...listenerRules,
          [publicRuleArn]: Object.fromEntries(colours.map((colour) => [targetGroupArns[colour], real[colour]])),
        },
      },
      program,
    });
    const warnings = warn.mock.calls.map(([message]) => String(message));
    warn.mockRestore();
    return { record: outputs["rollout"], warnings };
  }

  it("takes back what an update left out that was killed after it had moved the rule", async () => {
    await set({ blue: 95, green: 5 });
    const before = await ruleInAws();
    const { record, warnings } = await update(recordAt(0), 0);
    expect(requests.take()).toEqual(["ModifyRule", "DescribeRules"]);
    const after = await ruleInAws();
    expect(after?.Actions?.[0]?.ForwardConfig).toEqual({
      TargetGroups: [
        { TargetGroupArn: stage.addresses.targetGroupArns.blue, Weight: 100 },
        { TargetGroupArn: stage.addresses.targetGroupArns.green, Weight: 0 },
      ],
      TargetGroupStickinessConfig: { Enabled: false, DurationSeconds: 1 },
    });
    expect([after?.Conditions, after?.Priority]).toEqual([before?.Conditions, before?.Priority]);
    expect(record).toMatchObject({ liveColour: "blue", weightPercent: 0 });
    expect(warnings).toEqual([expect.stringContaining("and read it back.")]);
  });

  it("takes a step down ahead of the engine, and leaves a step up to it", async () => {
    const at25 = recordAt(25, { since: "2026-11-23T06:00:00.000Z" });
    await set({ blue: 75, green: 25 });
    await update(at25, 5);
    expect(await split()).toEqual({ blue: 95, green: 5 });
    await set({ blue: 75, green: 25 });
    await update(at25, 50);
    expect(requests.take()).toEqual([]);
    expect(await split()).toEqual({ blue: 75, green: 25 });
  });

  it("goes on where AWS refuses to write, and says what was asked and what AWS answered", async () => {
    await set({ blue: 95, green: 5 });
    const { warnings } = await update(recordAt(0), 0, `${stage.addresses.publicRuleArn}0`);
    expect(requests.take()).toEqual(["ModifyRule"]);
    expect(warnings).toEqual([
      expect.stringMatching(
        /could not be written and read back ahead of the update: AWS: the public rule could not be written: .*\(RuleNotFound\w*\)\..* run npm run rollout -- rollback --stage staging\.$/s,
      ),
    ]);
    expect(await split()).toEqual({ blue: 95, green: 5 });
  });
});
