import { setTimeout } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { otherColour } from "../../rollout/colour.ts";
import type { TargetCounts } from "../../rollout/gate/stage-sight.ts";
import { countText } from "../../rollout/gate/verdict.ts";
import { type Move, moveKind, type Refusal } from "../../rollout/move.ts";
import { isSameSplit, percentOf, weightsByColour } from "../../rollout/split.ts";
import type { Stage } from "../config/schema/stage-config.ts";
import { failureText } from "../messages.ts";
import type { DeployedRule } from "./previous-update.ts";
import type { ProgramWorld } from "./program-world.ts";

/** A move, and the target groups that it is about. */
export interface ReceivingRequest {
  readonly move: Pick<Move, "previous" | "wanted" | "realWeights">;
  /** As the last finished update named it; undefined where there is none yet. */
  readonly rule: DeployedRule | undefined;
  /** AWS region of the target groups. */
  readonly region: string;
  readonly world: Pick<ProgramWorld, "readTargets">;
}

/**
 * Holds a return against the tasks of the colour that it goes to: all public traffic to a colour without a healthy task would
 * be an outage of its own. The command asks the same before it moves anything.
 *
 * A return whose traffic went first is only recorded. A plan that is made offline asks nothing.
 */
export async function judgeReturn({ move, rule, region, world }: ReceivingRequest): Promise<readonly Refusal[]> {
  const { previous, wanted, realWeights } = move;
  if (rule === undefined || previous === null || world.readTargets === undefined || moveKind(move) !== "return")
    return [];
  const to = wanted.liveColour;
  if (realWeights !== undefined && isSameSplit(realWeights, weightsByColour(to, 0))) return [];
  const refused = (why: string): readonly Refusal[] => [
    {
      rule: "back after promote",
      message: `You asked for ${to} as the live colour, which gives it all public traffic at once. ${why}`,
      allowance: null,
    },
  ];
  try {
    const { healthy } = await world.readTargets({ region, targetGroupArn: rule.targetGroupArns[to] });
    if (healthy > 0) return [];
    return refused(
      `It has no healthy task, so it would answer nobody. Keep liveColour at ${previous.liveColour}, and look at the events of ${to}'s service. If its tasks cannot be started, roll out a fixed release as images.${to}.`,
    );
  } catch (error) {
    return refused(
      `It is not known whether it has a healthy task: ${failureText(error)}. Keep liveColour at ${previous.liveColour} until AWS answers.`,
    );
  }
}

/** Seconds that a preview waits for what it says of the tasks. */
const withinSeconds = 5;

/**
 * Says in a preview that traffic would come back to a live colour without a healthy task. It refuses nothing, and an update does not
 * ask: traffic that comes back waits for no answer.
 */
export async function tellOfReceiver(
  { move, rule, region, world }: ReceivingRequest & { readonly world: Pick<ProgramWorld, "readTargets" | "warn"> },
  stage: Stage,
): Promise<void> {
  const { previous, wanted, realWeights } = move;
  const { readTargets } = world;
  const live = wanted.liveColour;
  if (!pulumi.runtime.isDryRun() || rule === undefined || readTargets === undefined) return;
  if (previous === null || previous.liveColour !== live) return;
  const candidate = otherColour(live);
  const standing = realWeights === undefined ? previous.weightPercent : percentOf(realWeights, candidate);
  if (wanted.weightPercent >= standing) return;
  const [ofLive, ofCandidate] = await Promise.all(
    [live, candidate].map((colour) => orNothing(readTargets({ region, targetGroupArn: rule.targetGroupArns[colour] }))),
  );
  if (ofLive === undefined || ofLive.healthy > 0) return;
  const other = ofCandidate === undefined ? "" : ` ${candidate} has ${countText(ofCandidate.healthy, "healthy task")}.`;
  await world.warn(
    `${live} has no healthy task, and this update gives it ${100 - wanted.weightPercent} % of the public traffic: users may get errors.${other} Look at ${live}'s service: npm run rollout -- status --stage ${stage}. The update does not wait for it.`,
  );
}

/** Undefined where the answer fails or is late. */
async function orNothing(answer: Promise<TargetCounts>): Promise<TargetCounts | undefined> {
  const end = new AbortController();
  const late = setTimeout(withinSeconds * 1000, undefined, { signal: end.signal }).catch(() => undefined);
  const found = await Promise.race([answer.catch(() => undefined), late]);
  end.abort();
  return found;
}
