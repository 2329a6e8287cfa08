import { type Colour, otherColour } from "../colour.ts";
import { type Latch, latchedAt, type SetLatch } from "../latch.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";
import { reasonProblems } from "../reason.ts";
import type { RolloutRecord } from "../record.ts";
import { formatSplit, isSameSplit, type Split, weightsByColour } from "../split.ts";
import type { Clock } from "../time.ts";

/**
 * While the latch is set the only accepted weight is 0 and the live colour stays: the traffic was returned by AWS, so
 * the weight that the config still names would push it out again, and so would a promote. A return gives the public back
 * to the version that served it before, which is what a latch is for.
 */
export function latch(move: Move): Refusal | undefined {
  const { latch: current, wanted, previous } = move;
  if (current.state === "clear") return undefined;
  const { why, resume } = explain(current, move);
  if (wanted.weightPercent !== 0) {
    return {
      rule: "latch",
      message: `You asked for ${wanted.weightPercent} %. ${why}. While it is set, the only accepted weight is 0. ${previous?.weightPercent === 0 ? "Keep candidateWeight at 0." : "Set candidateWeight to 0."} ${resume}`,
      allowance: null,
    };
  }
  if (previous !== null && previous.liveColour !== wanted.liveColour && moveKind(move) !== "return") {
    return {
      rule: "latch",
      message: `You asked for ${wanted.liveColour} as the live colour. ${why}. While it is set, ${previous.liveColour} stays live. Set liveColour to ${previous.liveColour}. ${resume}`,
      allowance: null,
    };
  }
  return undefined;
}

function explain(latch: SetLatch, clock: Clock): { readonly why: string; readonly resume: string } {
  if (latch.isMissing === true) {
    return {
      why: `The rollback latch counts as set, because ${latch.reason}`,
      resume:
        'Find out who deleted it. Then run npm run rollout -- resume --stage <stage> --reason "<who and why>", which writes it again.',
    };
  }
  return {
    why: `The rollback latch was set at ${latchedAt(latch, clock)} (${latch.reason})`,
    resume:
      "Find the cause. Then set a different candidate image, or give a --reason, and run npm run rollout -- resume --stage <stage>.",
  };
}

/** Everything that decides whether the latch may be cleared. */
export interface ResumeRequest {
  readonly record: RolloutRecord;
  readonly latch: Latch;
  /** What AWS really gives each colour. */
  readonly split: Split;
  /** The weight that the stack file asks for. */
  readonly configuredWeightPercent: number;
  /** The written reason, where one was given. */
  readonly reason?: string | undefined;
}

/**
 * Why the latch must stay set; empty where it may be cleared: at weight 0 in AWS, in the record and in config, so that
 * nothing goes out by clearing it, and with another candidate image than the one that was rolled back, or a reason why the
 * same one may go out again.
 */
export function refuseResume(request: ResumeRequest): string[] {
  const { record, split, configuredWeightPercent, reason } = request;
  const problems: string[] = [];
  const safe = weightsByColour(record.liveColour, 0);
  if (!isSameSplit(split, safe)) {
    problems.push(
      `The public rule in AWS gives ${formatSplit(split)}, and the latch is cleared at weight 0 only. First run npm run rollout -- rollback --stage <stage>.`,
    );
  }
  if (configuredWeightPercent !== 0 || record.weightPercent !== 0) {
    problems.push(
      `candidateWeight is ${configuredWeightPercent} in config and ${record.weightPercent} in the record, and clearing the latch would let it go out again. Set it to 0 and update, or run npm run rollout -- rollback --stage <stage>, which does both.`,
    );
  }
  problems.push(...reasonProblems(reason?.trim()));
  const image = rolledBackImage(request);
  if (reason === undefined && image !== undefined && image.rolledBack === image.now) {
    problems.push(
      `images.${image.colour} is still ${image.now}, as it was when the latch was set. Set it to a fixed release and update, or give --reason why the same one may go out.`,
    );
  }
  return problems;
}

/**
 * The image of the colour that was rolled back: the one under traffic then, and the one that it has now. Where nobody can
 * tell which it was, it is taken to be the same, so that a reason is asked for.
 *
 * @returns undefined where nothing that was rolled back can go out
 */
function rolledBackImage({
  record,
  latch,
}: ResumeRequest): { readonly colour: Colour; readonly rolledBack: string | null; readonly now: string } | undefined {
  if (latch.state === "clear") return undefined;
  const colour = latch.rolledBack ?? otherColour(record.liveColour);
  // A colour that is live again is no candidate that could go out.
  if (colour === record.liveColour) return undefined;
  const now = record.images[colour];
  if (now === null) return undefined;
  // As moments and not as texts: the machine writes other fractions of a second. A time that is unknown is after all.
  const setAt = Date.parse(latch.at);
  const before = record.history.filter(({ at }) => !(Date.parse(at) > setAt));
  const images = (before.at(-1) ?? record.history[0])?.images ?? record.images;
  return { colour, rolledBack: images[colour], now };
}
