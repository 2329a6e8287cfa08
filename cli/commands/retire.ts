import { commonOptions, rolloutCommand } from "./shared/rollout-command.ts";

/** `retire`: the old colour to zero tasks. */
export const retire = rolloutCommand({
  name: "retire",
  description: "After the rollback window: take the old colour to zero tasks by removing its image.",
  options: {
    ...commonOptions,
    reason: { type: "string", description: "A written reason to retire it within the rollback window." },
    "dry-run": { type: "boolean", description: "Preview only; change nothing." },
  },
  examples: [
    {
      line: "npm run rollout -- retire --stage production",
      purpose: "Ends the rollout (guide R3): the old version is gone.",
    },
    { line: "npm run rollout -- retire --stage production --dry-run", purpose: "What it would delete." },
  ],
  async run({ args, openWorld }) {
    const [{ runMove }, { retirement }] = await Promise.all([
      import("./shared/run-move.ts"),
      import("../moves/retirement.ts"),
    ]);
    return await runMove(await openWorld(args.stage), {
      accept: (snapshot) => retirement(snapshot, args.reason),
      dryRun: args["dry-run"] === true,
      commit: false,
    });
  },
});
