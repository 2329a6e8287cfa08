import type { Rule } from "../refusal.ts";

/**
 * While the latch is set the only accepted weight is 0 and the live colour stays: the traffic was returned by AWS, so
 * the weight that the config still names would push it out again, and so would a promote.
 */
export const latch: Rule = ({ latch: current, wanted, previous }) => {
  if (current.state === "clear") return undefined;
  const why = `the rollback latch was set at ${current.at} (${current.reason})`;
  const resume = "Find the cause, then resume with a different candidate image or a recorded reason.";
  if (wanted.weightPercent !== 0) {
    return {
      rule: "latch",
      message: `candidateWeight is ${wanted.weightPercent} but ${why}, and while it is set the only accepted weight is 0. Set candidateWeight to 0. ${resume}`,
      overridable: false,
    };
  }
  if (previous !== null && previous.liveColour !== wanted.liveColour) {
    return {
      rule: "latch",
      message: `liveColour is ${wanted.liveColour} but ${why}, and while it is set ${previous.liveColour} stays live. Set liveColour to ${previous.liveColour}. ${resume}`,
      overridable: false,
    };
  }
  return undefined;
};
