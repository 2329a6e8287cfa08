import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, textFlag } from "./command.ts";

interface ResumeFlags extends CommonFlags {
  readonly reason?: string;
}

/** `resume`: clears the latch that a rollback set. */
export const resume = buildCommand({
  docs: explain("Clear a rollback's latch: at weight 0, with a different candidate image or a written reason.", [
    {
      line: "npm run rollout -- resume --stage production",
      purpose: "Run it when a fixed release has been set as the candidate's image and updated.",
    },
    {
      line: 'npm run rollout -- resume --stage production --reason "INC-12 was the payment provider"',
      purpose: "Go on with the same image.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      reason: { ...textFlag, brief: "Why the image that was rolled back may go out again." },
    },
  },
  func: action(async ({ stage, reason }: ResumeFlags, openWorld) => {
    const { resume: clear } = await import("../moves/resume.ts");
    const { clearedReason, evidencePath, heldBack } = await clear(await openWorld(stage), reason);
    if (clearedReason === undefined) {
      return { exitCode: 0, text: "The latch is not set. Nothing to do.", json: { outcome: "nothing to do" } };
    }
    const advance = `npm run rollout -- advance --stage ${stage}`;
    const next =
      heldBack === undefined
        ? `The rollout begins again at its first step: ${advance}.`
        : `${heldBack} still has the release that was returned from. Set images.${heldBack} to a fixed one, or take its first step with a reason: ${advance} --reason "<why>".`;
    return {
      exitCode: 0,
      text: `The latch is clear. It was set because of: ${clearedReason}.\n${next} Commit ${evidencePath}.`,
      json: { outcome: "done", clearedReason, evidencePath },
    };
  }),
});
