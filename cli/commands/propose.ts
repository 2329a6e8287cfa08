import { buildCommand } from "@stricli/core";
import { action, type CommonFlags, commonFlags, explain, switchFlag } from "./command.ts";

interface ProposeFlags extends CommonFlags {
  readonly inOfficeHours?: boolean;
  readonly write?: boolean;
}

/** `propose`: the next move as a pull request. */
export const propose = buildCommand({
  docs: explain(
    "Write the next move's pull request: edit the one number if rules and gate let it pass. Deploy nothing.",
    [
      {
        line: "npm run rollout -- propose --stage production",
        purpose: "What comes next and whether it may be taken, with the gate's findings, as Markdown.",
      },
      {
        line: "npm run --silent rollout -- propose --stage production --in-office-hours --write --json",
        purpose: "What the workflow next-step runs: nothing outside of rollout.officeHours, and one edited number.",
      },
    ],
  ),
  parameters: {
    flags: {
      ...commonFlags,
      inOfficeHours: { ...switchFlag, brief: "Ask nobody outside of rollout.officeHours." },
      write: { ...switchFlag, brief: "Edit the stack file where the move may be taken." },
    },
  },
  func: action(async ({ stage, inOfficeHours = false, write = false }: ProposeFlags, openWorld) => {
    const { proposeMove } = await import("../moves/propose-move.ts");
    return await proposeMove(await openWorld(stage), { inOfficeHours, write });
  }),
});
