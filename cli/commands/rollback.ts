import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `rollback`: the candidate off the public path, at once. */
export const rollback = rolloutCommand({
  name: "rollback",
  description: "Return all public traffic at once, set the latch, tell people, then make config and record agree.",
  options: {
    ...commonOptions,
    reason: {
      type: "string",
      description: "Why, for the latch and the notice. Default: that somebody did it by hand.",
    },
    to: {
      type: "enum",
      options: ["blue", "green"],
      description: "The colour that gets all traffic. Default: the live one. After promote the other is the way back.",
    },
  },
  examples: [
    {
      line: "npm run rollout -- rollback --stage production",
      purpose:
        "Takes the candidate off the public path within seconds. When in doubt, run it; running it twice harms nothing.",
    },
    {
      line: 'npm run rollout -- rollback --stage production --reason "logins fail since 25 %"',
      purpose: "The same with the reason that everybody is told.",
    },
    {
      line: "npm run rollout -- rollback --stage production --to blue",
      purpose: "After promote, within the rollback window: blue, which served before, becomes live again.",
    },
  ],
  async run({ args, openWorld }) {
    const [{ rollBack }, { renderRollback }] = await Promise.all([
      import("../moves/roll-back.ts"),
      import("./rollback/render-rollback.ts"),
    ]);
    const result = await rollBack(await openWorld(args.stage), {
      reason: args.reason?.trim() || "rolled back by hand, no reason given",
      to: args.to,
    });
    return {
      exitCode: result.problems.length === 0 ? 0 : 1,
      text: renderRollback(args.stage, result),
      json: { outcome: result.evidence.outcome, ...result },
    };
  },
});
