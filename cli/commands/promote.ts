import { moveOptions } from "./shared/move-options.ts";
import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `promote`: the candidate becomes live; public traffic does not move. */
export const promote = rolloutCommand({
  name: "promote",
  description: "Complete the rollout from 100 %: the candidate becomes live. Public traffic does not move.",
  options: { ...commonOptions, ...moveOptions },
  examples: [
    {
      line: "npm run rollout -- promote --stage production",
      purpose: "After the last bake. The old version stays warm for the rollback window, to be returned to.",
    },
    { line: "npm run rollout -- promote --stage production --dry-run", purpose: "What it would change." },
  ],
  async run({ args, openWorld }) {
    const [{ runMove }, { acceptMove }, { promotion }] = await Promise.all([
      import("./shared/run-move.ts"),
      import("../moves/accept-move.ts"),
      import("../moves/promotion.ts"),
    ]);
    return await runMove(await openWorld(args.stage), {
      accept: (snapshot, earlierReason) =>
        acceptMove(snapshot, promotion(snapshot, args.stage, args.reason ?? earlierReason)),
      dryRun: args["dry-run"] === true,
      commit: args.commit === true,
    });
  },
});
