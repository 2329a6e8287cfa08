import { Provider } from "@pulumi/aws/provider.js";
import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import { type RolloutAnswers, requireMoved } from "../../../infra/rollout/observed-rollout.ts";
import { type Split, weightsByColour } from "../../../rollout/split.ts";
import { ownHostTargetGroupArns, publicRuleArn, targetGroupArns } from "../../components/rollback/fixtures.ts";
import { bothImages } from "../../support/rollout.ts";

const asked = { liveColour: "blue", weightPercent: 25 } as const;

function groups({ blue, green }: Split, arns: Readonly<Record<keyof Split, string>> = targetGroupArns) {
  return [
    { arn: arns.blue, weight: blue },
    { arn: arns.green, weight: green },
  ];
}

/** What the rules answer with green as the candidate at so many per cent. */
function answers(
  greenPercent: number,
  ownHost = groups({ blue: 0, green: 100 }, ownHostTargetGroupArns),
): pulumi.Output<RolloutAnswers> {
  const targetGroups = groups(weightsByColour("blue", greenPercent));
  return pulumi.output({
    publicRuleArn,
    publicActions: [{ type: "forward", order: 1, forward: { targetGroups } }],
    candidateActions: [{ type: "forward", order: 1, forward: { targetGroups: ownHost } }],
    targetGroupArns,
    ownHostTargetGroupArns,
    images: bothImages,
  } as RolloutAnswers);
}

/**
 * Asks with an AWS that gives green so many per cent, one answer after the other, the last for ever; none: it refuses.
 *
 * @returns how often AWS was asked
 */
async function check(answered: pulumi.Output<RolloutAnswers>, greenInAws: readonly number[], isPreview = false) {
  let calls = 0;
  const mocks = {
    newResource: () => ({ id: "id", state: {} }),
    call: () => {
      if (greenInAws.length === 0) throw Object.assign(new Error("gone"), { details: "couldn't find resource." });
      const green = greenInAws[Math.min(calls, greenInAws.length - 1)] ?? 0;
      calls += 1;
      return { actions: [{ forwards: [{ targetGroups: groups(weightsByColour("blue", green)) }] }] };
    },
  };
  await pulumi.runtime.setMocks(mocks, "celebrant-portal", "production", isPreview);
  const provider = new Provider("portal-production", { region: "ap-southeast-2" });
  await requireMoved({ asked, answers: answered, provider, stage: "production" });
  return calls;
}

afterEach(() => pulumi.runtime.setMocks({ newResource: () => ({ id: "", state: {} }), call: () => ({}) }));

describe("requireMoved", () => {
  it("has nothing to say where the rules and AWS have what was asked for", async () => {
    expect(await check(answers(25), [25])).toBe(1);
  });

  it("names both where the rules answer something else", async () => {
    await expect(check(answers(5), [25])).rejects.toThrow(
      "The update did not move what it should have: asked for was blue live with blue 75 and green 25 (candidateWeight 25), and the rules answered blue live with blue 95 and green 5. The rollout's record was not changed. To finish the move, run npx pulumi up --refresh --target 'urn:pulumi:production::celebrant-portal::celebrant:traffic:Traffic$aws:lb/listenerRule:ListenerRule::portal-production-public' --stack production, which reads the rule from AWS and then writes rule and record. To return all traffic to the live colour instead, run npm run rollout -- rollback --stage production. Either way, verify with npm run rollout -- status --stage production.",
    );
  });

  it("believes AWS and not a rule that answers from the engine's state", async () => {
    const claimed = check(answers(25), [5]);
    await expect(claimed).rejects.toThrow(
      "asked for was blue live with blue 75 and green 25 (candidateWeight 25), and AWS gives blue 95 and green 5.",
    );
    await expect(claimed).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
  });

  it("says that nobody has verified an update whose rule cannot be read back", async () => {
    const unread = check(answers(25), []);
    await expect(unread).rejects.toThrow(
      `The update is done, but the public rule's weights cannot be read back from AWS: ${publicRuleArn}, couldn't find resource. Nobody has verified where the traffic is, and the rollout's record was not changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags first. To see where the traffic is, run npm run rollout -- status --stage production. To return all of it to the live colour, run npm run rollout -- rollback --stage production.`,
    );
    await expect(unread).rejects.toSatisfy((error) => pulumi.RunError.isInstance(error));
  });

  it("asks again where AWS is a moment behind", async () => {
    expect(await check(answers(25), [5, 5, 25])).toBe(3);
  });

  const both = `${ownHostTargetGroupArns.blue} and ${ownHostTargetGroupArns.green}`;
  it.each([
    ["another target group", [{ arn: "arn:of:another", weight: 100 }], "arn:of:another"],
    ["both colours", groups({ blue: 1, green: 99 }, ownHostTargetGroupArns), both],
    ["a target group of the public host", groups({ blue: 0, green: 100 }), targetGroupArns.green],
    ["nobody", groups({ blue: 0, green: 0 }, ownHostTargetGroupArns), "nothing"],
  ])("passes on that the candidate's rule forwards to %s", async (_, ownHost, named) => {
    await expect(check(answers(25, ownHost), [25])).rejects.toThrow(
      `The candidate's rule forwards to ${named}, which is not one colour's target group for the candidate's own host.`,
    );
  });

  it("judges no preview, whose outputs may stay unknown", async () => {
    expect(await check(answers(5), [5], true)).toBe(0);
  });
});
