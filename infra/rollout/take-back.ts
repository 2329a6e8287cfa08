import * as pulumi from "@pulumi/pulumi";
import { groupStickiness } from "../../components/traffic/rules.ts";
import { otherColour } from "../../rollout/colour.ts";
import { driftedSplit, type Move, namingStage, takesTrafficBack } from "../../rollout/move.ts";
import type { PublicRuleAddress } from "../../rollout/rollback-address.ts";
import { formatSplit, isSameSplit, type Split, weightsByColour } from "../../rollout/split.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText, rollbackCommand } from "../messages.ts";
import type { DeployedRule } from "./previous-update.ts";
import type { ProgramWorld, PublicRuleAws } from "./program-world.ts";
import { askLiveColour, readUntilSplit } from "./read-aws.ts";

/** A move that the rules have accepted, and how the public rule is reached. */
export interface TakeBackRequest {
  readonly move: Pick<Move, "previous" | "wanted" | "realWeights">;
  /** As the last finished update named it; undefined where there is none yet. */
  readonly rule: DeployedRule | undefined;
  readonly stage: Stage;
  /** AWS region of the rule. */
  readonly region: string;
  readonly provider: pulumi.ProviderResource;
  readonly world: ProgramWorld;
}

/**
 * Takes traffic back from the candidate where the accepted move gives it less than AWS does now, before the program
 * registers anything.
 *
 * The engine alone is not enough. It compares the config with its own state, so after an update that was killed, or a
 * provider that failed halfway, it can find nothing to change while AWS still sends traffic to the candidate.
 *
 * Only an update writes, never a preview, and never a rise: what the engine must do by itself it still does afterwards.
 * A write that fails stops nothing, because the engine may yet do it, and the check at the update's end asks AWS again.
 *
 * @throws {pulumi.RunError} where AWS accepted the weights and does not keep them
 */
export async function takeTrafficBack(request: TakeBackRequest): Promise<void> {
  const { move, rule, world } = request;
  if (rule === undefined) return;
  if (!takesTrafficBack(move)) {
    const drift = describeDrift(move);
    const accepted = acceptedSplit(move);
    if (drift !== "" && !isSameSplit(move.realWeights ?? accepted, accepted)) await world.warn(`${differs(move)}.`);
    return;
  }
  const live = await askLiveColour(rule, request.provider);
  if (live !== undefined && live !== move.wanted.liveColour) {
    await world.warn(
      `${differs(move)}. The candidate's own host goes to ${otherColour(live)} in AWS, so ${live} is live there: a promote or a return was interrupted. The rule is therefore left to the update's own change. If that does not move the traffic, run ${rollbackCommand(request.stage)}.`,
    );
    return;
  }
  if (pulumi.runtime.isDryRun() || world.openPublicRule === undefined) {
    await world.warn(`${differs(move)}, and the update writes that into the rule before it changes anything else.`);
    return;
  }
  await write(request, rule, world.openPublicRule);
}

async function write(
  { move, region, stage, world }: TakeBackRequest,
  rule: DeployedRule,
  open: (region: string) => Promise<PublicRuleAws>,
): Promise<void> {
  const { publicRuleArn, targetGroupArns } = rule;
  const address: PublicRuleAddress = { publicRuleArn, targetGroupArns, stickiness: groupStickiness };
  const accepted = acceptedSplit(move);
  let real: Split;
  try {
    const publicRule = await open(region);
    await publicRule.writeSplit(address, accepted);
    real = await readUntilSplit(accepted, () => publicRule.readSplit(address));
  } catch (error) {
    await world.warn(
      `${differs(move)}, but the rule could not be written and read back ahead of the update: ${namingStage(failureText(error), stage)}. The update goes on, and fails at its end if the traffic has not moved by then. To take the traffic back without an update, run ${rollbackCommand(stage)}.`,
    );
    return;
  }
  if (!isSameSplit(real, accepted)) {
    throw new pulumi.RunError(
      `AWS accepted ${formatSplit(accepted)} for the public rule and then gave ${formatSplit(real)}: another update or a rollback is moving the traffic at the same time. Nothing else was changed. Find out who is updating this stack, and then run this command again. To take the traffic back, run ${rollbackCommand(stage)}.`,
    );
  }
  await world.warn(`${differs(move)}. The update has written that into the rule and read it back.`);
}

function acceptedSplit({ wanted }: TakeBackRequest["move"]): Split {
  return weightsByColour(wanted.liveColour, wanted.weightPercent);
}

/** What AWS has, what was recorded where that is another thing, and what is asked for. It ends without a full stop. */
function differs(move: TakeBackRequest["move"]): string {
  const { realWeights } = move;
  const has =
    realWeights === undefined ? "" : `The public rule in AWS gives ${formatSplit(realWeights)}.${describeDrift(move)} `;
  return `${has}This config asks for ${formatSplit(acceptedSplit(move))}`;
}

function describeDrift(move: TakeBackRequest["move"]): string {
  const { previous } = move;
  if (previous === null || driftedSplit(move) === undefined) return "";
  const recorded = formatSplit(weightsByColour(previous.liveColour, previous.weightPercent));
  return ` The last update recorded ${recorded}: an update was interrupted, or something else moved the traffic.`;
}
