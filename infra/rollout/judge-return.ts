import { type Move, moveKind, type Refusal } from "../../rollout/move.ts";
import { isSameSplit, weightsByColour } from "../../rollout/split.ts";
import { failureText } from "../messages.ts";
import type { DeployedRule } from "./previous-update.ts";
import type { ProgramWorld } from "./program-world.ts";

/** A move, and the target groups that it is about. */
export interface ReturnRequest {
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
export async function judgeReturn({ move, rule, region, world }: ReturnRequest): Promise<readonly Refusal[]> {
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
