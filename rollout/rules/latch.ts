import type { SetLatch } from "../latch.ts";
import { type Move, moveKind, type Refusal } from "../move.ts";

/**
 * While the latch is set the only accepted weight is 0 and the live colour stays: the traffic was returned by AWS, so
 * the weight that the config still names would push it out again, and so would a promote. A return gives the public back
 * to the version that served it before, which is what a latch is for.
 */
export function latch(move: Move): Refusal | undefined {
  const { latch: current, wanted, previous } = move;
  if (current.state === "clear") return undefined;
  const { why, resume } = explain(current);
  if (wanted.weightPercent !== 0) {
    return {
      rule: "latch",
      message: `You asked for ${wanted.weightPercent} %. ${why}. While it is set, the only accepted weight is 0. Set candidateWeight to 0. ${resume}`,
      overridable: false,
    };
  }
  if (previous !== null && previous.liveColour !== wanted.liveColour && moveKind(move) !== "return") {
    return {
      rule: "latch",
      message: `You asked for ${wanted.liveColour} as the live colour. ${why}. While it is set, ${previous.liveColour} stays live. Set liveColour to ${previous.liveColour}. ${resume}`,
      overridable: false,
    };
  }
  return undefined;
}

function explain(latch: SetLatch): { readonly why: string; readonly resume: string } {
  if (latch.isMissing === true) {
    return {
      why: `The rollback latch counts as set, because ${latch.reason}`,
      resume:
        "Find out who deleted it. Then run npm run rollout -- resume --stage <stage> with a reason, which writes it again.",
    };
  }
  return {
    why: `The rollback latch was set at ${latch.at} (${latch.reason})`,
    resume:
      "Find the cause. Then run npm run rollout -- resume --stage <stage> with a different candidate image, or with a reason.",
  };
}
