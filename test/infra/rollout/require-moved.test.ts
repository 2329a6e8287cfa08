import * as pulumi from "@pulumi/pulumi";
import { afterEach, describe, expect, it } from "vitest";
import type { RolloutAnswers } from "../../../infra/rollout/observed-rollout.ts";
import { requireMoved } from "../../../infra/rollout/require-moved.ts";
import { weightsByColour } from "../../../rollout/core/weights.ts";
import { targetGroupArns } from "../../components/rollback/fixtures.ts";
import { bothImages } from "../../support/rollout.ts";

const asked = { liveColour: "blue", weightPercent: 25 } as const;

/** What the rules answer with green as the candidate at so many per cent. */
function answers(greenPercent: number, candidateArn: string = targetGroupArns.green): pulumi.Output<RolloutAnswers> {
  const { blue, green } = weightsByColour("blue", greenPercent);
  const targetGroups = [
    { arn: targetGroupArns.blue, weight: blue },
    { arn: targetGroupArns.green, weight: green },
  ];
  return pulumi.output({
    publicActions: [{ type: "forward", order: 1, forward: { targetGroups } }],
    candidateActions: [{ type: "forward", order: 1, targetGroupArn: candidateArn }],
    targetGroupArns,
    images: bothImages,
  } as RolloutAnswers);
}

async function withPreview(isPreview: boolean): Promise<void> {
  const mocks = { newResource: () => ({ id: "", state: {} }), call: () => ({}) };
  await pulumi.runtime.setMocks(mocks, "celebrant-portal", "production", isPreview);
}

afterEach(() => withPreview(false));

describe("requireMoved", () => {
  it("has nothing to say where the rules answer what was asked for", async () => {
    await withPreview(false);
    await expect(requireMoved(asked, answers(25), "production")).resolves.toBeUndefined();
  });

  it("names both where they answer something else", async () => {
    await withPreview(false);
    await expect(requireMoved(asked, answers(5), "staging")).rejects.toThrow(
      /asked for was blue live with candidateWeight 25 .*, and the rules answered blue live with candidateWeight 5 .* npx pulumi up --refresh --stack staging,/,
    );
  });

  it("passes on that a rule names another target group", async () => {
    await withPreview(false);
    await expect(requireMoved(asked, answers(25, "arn:of:another"), "production")).rejects.toThrow(
      "The candidate's rule forwards to arn:of:another, which is neither colour's target group.",
    );
  });

  it("judges no preview, whose outputs may stay unknown", async () => {
    await withPreview(true);
    await expect(requireMoved(asked, answers(5), "production")).resolves.toBeUndefined();
  });
});
