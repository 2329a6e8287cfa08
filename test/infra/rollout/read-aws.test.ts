import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import type { DeployedRule } from "../../../infra/rollout/previous-update.ts";
import { readWeights } from "../../../infra/rollout/read-aws.ts";
import type { CallAnswers } from "../../../rehearsal/plan/provider-model/answer-call.ts";
import { recordPlan } from "../../../rehearsal/plan/record-plan.ts";
import { publicRuleArn, targetGroupArns } from "../../components/rollback/fixtures.ts";

const rule: DeployedRule = { publicRuleArn, targetGroupArns };

/** What the last reading warned of. */
const warnings: string[] = [];

/** Reads as the program does, from an AWS with these rules. */
async function read(listenerRules: CallAnswers["listenerRules"], isSafeFromAnySplit = false, asked?: DeployedRule) {
  warnings.length = 0;
  const { outputs } = await recordPlan({
    project: "celebrant-portal",
    stack: "production",
    calls: { listenerRules: listenerRules ?? {} },
    program: async () => {
      const provider = new Provider("portal-production", { region: "ap-southeast-2" });
      const warn = async (message: string) => void warnings.push(message);
      const request = { rule: asked, provider, isSafeFromAnySplit, stage: "production", warn } as const;
      return { weights: (await readWeights(request)) ?? "unknown" };
    },
  });
  return outputs["weights"];
}

/** The rule with these weights by target group. */
const withWeights = (weights: Readonly<Record<string, number>>) => ({ [publicRuleArn]: weights });

describe("readWeights", () => {
  it("knows each colour by the ARN of its target group, wherever it stands in the rule", async () => {
    const weights = { [targetGroupArns.green]: 25, [targetGroupArns.blue]: 75 };
    expect(await read(withWeights(weights), false, rule)).toEqual({ blue: 75, green: 25 });
  });

  it("reads what stands there, per cent or not", async () => {
    expect(await read(withWeights({ [targetGroupArns.blue]: 1 }), false, rule)).toEqual({ blue: 1, green: 0 });
    const byHand = { [targetGroupArns.blue]: 950, [targetGroupArns.green]: 50 };
    expect(await read(withWeights(byHand), false, rule)).toEqual({ blue: 950, green: 50 });
    expect(await read(withWeights({}), false, rule)).toEqual({ blue: 0, green: 0 });
  });

  it("asks nobody where no rule is deployed yet", async () => {
    expect(await read({}, false, undefined)).toBe("unknown");
  });

  it("ends in one error that names the rule, what AWS said and what to do", async () => {
    await expect(read({}, false, rule)).rejects.toThrow(
      `The public rule's weights cannot be read from AWS: ${publicRuleArn}, invoking aws:lb/getListenerRule:getListenerRule: reading ELBv2 Listener Rule (${publicRuleArn}): couldn't find resource. Nothing is decided on a guess of where the traffic is, and nothing was changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags. If the rule is gone or was rewritten by hand, set candidateWeight to 0, leave liveColour, images and the settings under api: as they are, and run npx pulumi up --refresh --target 'urn:pulumi:production::celebrant-portal::celebrant:traffic:Traffic$aws:lb/listenerRule:ListenerRule::portal-production-public' --target-dependents --stack production, which makes the rule again. To return all traffic to the live colour now, without this update, run npm run rollout -- rollback --stage production.`,
    );
    await expect(read({}, false, rule)).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
  });

  it("takes a target group of neither colour for a rule that cannot be read", async () => {
    const foreign = targetGroupArns.blue.replace("blue", "red");
    const weights = { [targetGroupArns.blue]: 95, [targetGroupArns.green]: 5, [foreign]: 5 };
    await expect(read(withWeights(weights), false, rule)).rejects.toThrow(
      `${publicRuleArn}, which forwards to ${foreign}, the target group of neither colour.`,
    );
  });

  it("stops no move that is right whatever the rule has", async () => {
    expect(await read({}, true, rule)).toBe("unknown");
    expect(warnings).toEqual([
      `The public rule's weights cannot be read from AWS: ${publicRuleArn}, invoking aws:lb/getListenerRule:getListenerRule: reading ELBv2 Listener Rule (${publicRuleArn}): couldn't find resource. All traffic goes to the live colour whatever the rule gives now, so this update goes on.`,
    ]);
    const weights = { [targetGroupArns.blue]: 75, [targetGroupArns.green]: 25 };
    expect(await read(withWeights(weights), true, rule)).toEqual({ blue: 75, green: 25 });
  });
});
