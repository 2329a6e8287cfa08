import { moveOptions } from "./shared/move-options.ts";
import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `advance`: the next step of the schedule, when the gate lets it through. */
export const advance = rolloutCommand({
  name: "advance",
  description: "Take the next step: gate, edit of the one number, preview, update bound to it, read back, evidence.",
  options: { ...commonOptions, ...moveOptions },
  examples: [
    { line: "npm run rollout -- advance --stage production", purpose: "The next step of rollout.steps." },
    {
      line: "npm run rollout -- advance --stage production --dry-run",
      purpose: "What it would do, and whether it may be taken now.",
    },
    {
      line: "npm run rollout -- advance --stage production --commit",
      purpose: "Edits and commits the number only; the update follows when the pull request is merged.",
    },
    {
      line: 'npm run rollout -- advance --stage production --reason "INC-12: the fix must be out before Saturday"',
      purpose: "Skips the bake, or goes on without the requests that the gate asks for. The reason is recorded.",
    },
  ],
  async run({ args, openWorld }) {
    const [{ runMove }, { acceptMove }, { nextStep }] = await Promise.all([
      import("./shared/run-move.ts"),
      import("../moves/accept-move.ts"),
      import("../moves/next-step.ts"),
    ]);
    return await runMove(await openWorld(args.stage), {
      accept: (snapshot, earlierReason) =>
        acceptMove(snapshot, nextStep(snapshot, args.stage, args.reason ?? earlierReason)),
      dryRun: args["dry-run"] === true,
      commit: args.commit === true,
    });
  },
});
