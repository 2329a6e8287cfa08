import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `resume`: clears the latch that a rollback set. */
export const resume = rolloutCommand({
  name: "resume",
  description: "Clear the latch of a rollback: at weight 0, with a different candidate image or a written reason.",
  options: {
    ...commonOptions,
    reason: {
      type: "string",
      description: "Why the image that was rolled back may go out again. Not needed with a different one.",
    },
  },
  examples: [
    {
      line: "npm run rollout -- resume --stage production",
      purpose: "After the candidate's image was set to a fixed release and updated.",
    },
    {
      line: 'npm run rollout -- resume --stage production --reason "INC-12 was the payment provider, not the release"',
      purpose: "With the same image.",
    },
  ],
  async run({ args, openWorld }) {
    const [{ resume: clear }] = await Promise.all([import("../moves/resume.ts")]);
    const { clearedReason, evidencePath } = await clear(await openWorld(args.stage), args.reason);
    if (clearedReason === undefined) {
      return { exitCode: 0, text: "The latch is not set. Nothing to do.", json: { outcome: "nothing to do" } };
    }
    return {
      exitCode: 0,
      text: `The latch is clear. It was set because of: ${clearedReason}.\nThe rollout begins again at its first step: npm run rollout -- advance --stage ${args.stage}. Commit ${evidencePath}.`,
      json: { outcome: "done", clearedReason, evidencePath },
    };
  },
});
