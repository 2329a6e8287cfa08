import * as pulumi from "@pulumi/pulumi";
import type { RolloutRecord } from "../../rollout/record.ts";
import { formatSplit, isSameSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import { refreshRuleCommand, rollbackCommand } from "../command-lines.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { observeRollout, type RolloutAnswers } from "./observed-rollout.ts";
import type { DeployedRule } from "./previous-update.ts";
import { readUntilSplit } from "./read-until-split.ts";
import { askWeights, UnreadableRuleError } from "./read-weights.ts";

/** What an update should have made true, and whom to ask. */
export interface MoveToCheck {
  /** What the config says. */
  readonly asked: Pick<RolloutRecord, "liveColour" | "weightPercent">;
  /** What the rollout's resources answer. */
  readonly answers: pulumi.Output<RolloutAnswers>;
  readonly provider: pulumi.ProviderResource;
  readonly stage: Stage;
}

/**
 * Waits until the rollout's resources have answered, and requires that they and AWS stand where the config wants them: an
 * update that moved nothing must not end as a success.
 *
 * The resources alone do not tell. Where an earlier update failed to write what the engine's state holds since, the next
 * one finds nothing to do and its rule answers from the state; so AWS is asked itself.
 *
 * A preview is not judged, for its outputs may stay unknown for ever. The error is one of the program and not of an
 * output, which would fail in as many promises as the SDK has made of it.
 *
 * @throws {pulumi.RunError} naming both and what to do; the stack's outputs, and so the record, stay as they were
 */
export async function requireMoved({ asked, answers, provider, stage }: MoveToCheck): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const answered = await new Promise<RolloutAnswers>((resolve) => answers.apply(resolve));
  const seen = observeRollout(answered);
  const wanted = weightsByColour(asked.liveColour, asked.weightPercent);
  if (asked.liveColour !== seen.liveColour || asked.weightPercent !== seen.weightPercent) {
    const split = formatSplit(weightsByColour(seen.liveColour, seen.weightPercent));
    throw notMoved(asked, stage, `the rules answered ${seen.liveColour} live with ${split}`);
  }
  const real = await readBack(wanted, answered, provider, stage);
  if (!isSameSplit(real, wanted)) throw notMoved(asked, stage, `AWS gives ${formatSplit(real)}`);
}

async function readBack(
  wanted: Split,
  rule: DeployedRule,
  provider: pulumi.ProviderResource,
  stage: Stage,
): Promise<Split> {
  try {
    return await readUntilSplit(wanted, () => askWeights(rule, provider));
  } catch (error) {
    if (!(error instanceof UnreadableRuleError)) throw error;
    throw new pulumi.RunError(
      `The update is done, but the public rule's weights cannot be read back from AWS: ${error.message}. Nobody has verified where the traffic is, and the rollout's record was not changed. If AWS did not answer, run this command again. If these credentials may not read the rule, allow them elasticloadbalancing:DescribeRules and elasticloadbalancing:DescribeTags first. To see where the traffic is, run npm run rollout -- status --stage ${stage}. To return all of it to the live colour, run ${rollbackCommand(stage)}.`,
    );
  }
}

function notMoved({ liveColour, weightPercent }: MoveToCheck["asked"], stage: Stage, instead: string): pulumi.RunError {
  const split = formatSplit(weightsByColour(liveColour, weightPercent));
  return new pulumi.RunError(
    `The update did not move what it should have: asked for was ${liveColour} live with ${split} (candidateWeight ${weightPercent}), and ${instead}. The rollout's record was not changed. To finish the move, run ${refreshRuleCommand(stage)}, which reads the rule from AWS and then writes rule and record. To return all traffic to the live colour instead, run ${rollbackCommand(stage)}. Either way, verify with npm run rollout -- status --stage ${stage}.`,
  );
}
