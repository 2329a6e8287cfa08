import { loweringIsAllowed, type Move, moveKind, type Refusal, type Rule } from "../move.ts";
import { reasonFor } from "../override.ts";
import { bakeSecondsAt, bakeTextAt, freezeWindowAt, isScheduled, stepAfter } from "../schedule.ts";
import { addSeconds, formatDuration, formatInstant, secondsBetween } from "../time.ts";

/** A new stack starts at weight 0: there is no live version yet to compare the candidate with. */
export const firstDeployment: Rule = ({ previous, wanted }) => {
  if (previous !== null || wanted.weightPercent === 0) return undefined;
  return {
    rule: "first deployment",
    message: `You asked for ${wanted.weightPercent} %. This is the stack's first deployment, and it starts at 0 %. Set candidateWeight to 0 and run the update. Then take the first step.`,
    allowance: null,
  };
};

/** The weight is 0 or one that the schedule names, whichever way it moves. */
export const knownStep: Rule = (move) => {
  const { wanted, schedule } = move;
  if (isScheduled(schedule, wanted.weightPercent)) return undefined;
  const weights = schedule.steps.map((step) => step.weightPercent).join(", ");
  const kept =
    moveKind(move) === "stay"
      ? " The schedule was changed while this weight carries traffic. Put the step back, or lower the weight."
      : "";
  return {
    rule: "known step",
    message: `You asked for ${wanted.weightPercent} %, but rollout.steps has the weights ${weights}.${kept} Set candidateWeight to 0 or to one of them.`,
    allowance: null,
  };
};

/** A weight rises to the next step only (guide R1). */
export const order: Rule = (move) => {
  if (moveKind(move) !== "up") return undefined;
  const standing = move.previous?.weightPercent ?? 0;
  const next = stepAfter(move.schedule, standing)?.weightPercent;
  if (next === undefined || move.wanted.weightPercent <= next) return undefined;
  return {
    rule: "order",
    message: `You asked for ${move.wanted.weightPercent} %. The rollout stands at ${standing} %, and its next step is ${next} %. Set candidateWeight to ${next}, or ${reasonFor("order")}. ${loweringIsAllowed}`,
    allowance: "order",
  };
};

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
    kind === "promote" ? `You asked to promote ${wanted.liveColour}.` : `You asked for ${wanted.weightPercent} %.`;
  const began = formatDuration(secondsBetween(since, now));
  const end = kind === "promote" ? "" : ` ${loweringIsAllowed}`;
  if (now < since) {
    return {
      rule: "bake",
      message: `${asked} The ${previous.weightPercent} % step began at ${formatInstant(since, { ...move, now: since })}, but the update's clock says ${formatInstant(now, { ...move, now: since })}, which is earlier. Correct the clock of this machine, or ROLLOUT_UPDATE_TIME where it is set.${end}`,
      allowance: null,
    };
  }
  return {
    rule: "bake",
    message: `${asked} The ${previous.weightPercent} % step began ${began} ago and bakes for ${bakeTextAt(schedule, previous.weightPercent)}. Wait until ${formatInstant(over, move)}, or ${reasonFor("bake")}.${end}`,
    allowance: "bake",
  };
}

/** No weight rises inside a freeze window. */
export const freeze: Rule = (move) => {
  const { schedule, now, wanted } = move;
  if (moveKind(move) !== "up") return undefined;
  const window = freezeWindowAt(schedule, now);
  if (window === undefined) return undefined;
  const until = formatInstant(new Date(window.until), move);
  return {
    rule: "freeze",
    message: `You asked for ${wanted.weightPercent} %, but no weight may rise until ${until}: ${window.reason}. Wait until then, or remove the window from ${window.key} in an update of its own first. ${loweringIsAllowed}`,
    allowance: null,
  };
};
