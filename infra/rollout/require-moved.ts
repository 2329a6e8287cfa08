import * as pulumi from "@pulumi/pulumi";
import type { RolloutRecord } from "../../rollout/record.ts";
import { formatSplit, isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { refreshRuleCommand, rollbackCommand } from "../command-lines.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { observeRollout, type RolloutAnswers } from "./observed-rollout.ts";
import type { ProgramPorts } from "./program-ports.ts";
import { readUntilSplit } from "./read-until-split.ts";
import { readWeights } from "./read-weights.ts";

/** What an update should have made true, and whom to ask. */
export interface MoveToCheck {
  /** What the config says. */
  readonly asked: Pick<RolloutRecord, "liveColour" | "weightPercent">;
  /** What the rollout's resources answer. */
  readonly answers: pulumi.Output<RolloutAnswers>;
  readonly provider: pulumi.ProviderResource;
  readonly stage: Stage;
  readonly warn: ProgramPorts["warn"];
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
export async function requireMoved({ asked, answers, provider, stage, warn }: MoveToCheck): Promise<void> {
  if (pulumi.runtime.isDryRun()) return;
  const answered = await new Promise<RolloutAnswers>((resolve) => answers.apply(resolve));
  const seen = observeRollout(answered);
  const wanted = weightsByColour(asked.liveColour, asked.weightPercent);
  if (asked.liveColour !== seen.liveColour || asked.weightPercent !== seen.weightPercent) {
    const split = formatSplit(weightsByColour(seen.liveColour, seen.weightPercent));
    throw notMoved(asked, stage, `the rules answered ${seen.liveColour} live with ${split}`);
  }
  const question = { rule: answered, provider, isSafeFromAnySplit: false, stage, warn };
  const real = await readUntilSplit(wanted, async () => (await readWeights(question)) ?? wanted);
  if (!isSameSplit(real, wanted)) throw notMoved(asked, stage, `AWS gives ${formatSplit(real)}`);
}

function notMoved({ liveColour, weightPercent }: MoveToCheck["asked"], stage: Stage, instead: string): pulumi.RunError {
  const split = formatSplit(weightsByColour(liveColour, weightPercent));
  return new pulumi.RunError(
    `The update did not move what it should have: asked for was ${liveColour} live with ${split} (candidateWeight ${weightPercent}), and ${instead}. The rollout's record was not changed. To finish the move, run ${refreshRuleCommand(stage)}, which reads the rule from AWS and then writes rule and record. To return all traffic to the live colour instead, run ${rollbackCommand(stage)}. Either way, verify with npm run rollout -- status --stage ${stage}.`,
  );
}
