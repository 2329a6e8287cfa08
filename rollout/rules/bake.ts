import { formatDuration } from "../duration.ts";
import { addSeconds, formatInstant, secondsBetween } from "../instant.ts";
import { type Move, moveKind } from "../move.ts";
import { loweringIsAllowed, type Refusal } from "../refusal.ts";
import { bakeSecondsAt } from "../schedule.ts";

/** A step is watched for its whole bake before the next one is taken, and before promote (guide R1, R3). */
export function bake(move: Move): Refusal | undefined {
  const kind = moveKind(move);
  const { previous, wanted, schedule, now } = move;
  if (previous === null || (kind !== "up" && kind !== "promote")) return undefined;
  const since = new Date(previous.since);
  const bakeSeconds = bakeSecondsAt(schedule, previous.weightPercent);
  const over = addSeconds(since, bakeSeconds);
  if (now >= over) return undefined;
  const asked =
    kind === "promote" ? `liveColour is ${wanted.liveColour}` : `candidateWeight is ${wanted.weightPercent}`;
  const began = formatDuration(secondsBetween(since, now));
  const end = kind === "promote" ? "" : ` ${loweringIsAllowed}`;
  if (now < since) {
    return {
      rule: "bake",
      message: `${asked} but the update's clock says ${formatInstant(now, since)}, before the ${previous.weightPercent} % step began at ${formatInstant(since, since)}. Set this machine's clock right, or ROLLOUT_UPDATE_TIME where it is set.${end}`,
      overridable: false,
    };
  }
  return {
    rule: "bake",
    message: `${asked} but the ${previous.weightPercent} % step began ${began} ago and bakes for ${formatDuration(bakeSeconds)}. Wait until ${formatInstant(over, now)}, or set rolloutOverride to a reason.${end}`,
    overridable: true,
  };
}
