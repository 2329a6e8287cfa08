import * as pulumi from "@pulumi/pulumi";
import { formatSplit } from "../../rollout/core/real-split.ts";
import type { RolloutRecord } from "../../rollout/core/record.ts";
import { weightsByColour } from "../../rollout/core/weights.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { observeRollout, type RolloutAnswers } from "./observed-rollout.ts";

/** Which colour is live and what the candidate gets. */
type Standing = Pick<RolloutRecord, "liveColour" | "weightPercent">;

/**
 * Waits until the rollout's resources have answered, and requires that they stand where the config wants them: an update
 * that moved nothing must not end as a success. It could, where the engine's state and AWS have come apart.
 *
 * A preview is not judged, for its outputs may stay unknown for ever. The error is one of the program and not of an
 * output, which would fail in as many promises as the SDK has made of it.
 *
 * @param asked what the config says
 * @param answers what the resources themselves answer
 * @throws {pulumi.RunError} naming both and what to do; the stack's outputs, and so the record, stay as they were
 */
export async function requireMoved(
  asked: Standing,
  answers: pulumi.Output<RolloutAnswers>,
  stage: Stage,
): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const seen = observeRollout(await new Promise<RolloutAnswers>((resolve) => answers.apply(resolve)));
  if (asked.liveColour === seen.liveColour && asked.weightPercent === seen.weightPercent) return;
  throw new pulumi.RunError(
    `The update did not move what it should have: asked for was ${describe(asked)}, and the rules answered ${describe(seen)}. The rollout's record was not changed. Run npx pulumi up --refresh --stack ${stage}, then verify with aws elbv2 describe-rules and the output publicRuleArn.`,
  );
}

function describe({ liveColour, weightPercent }: Standing): string {
  return `${liveColour} live with candidateWeight ${weightPercent} (${formatSplit(weightsByColour(liveColour, weightPercent))})`;
}
