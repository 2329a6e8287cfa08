import { buildCommand } from "@stricli/core";
import { type Colour, colours } from "../../rollout/colour.ts";
import type { RollbackResult } from "../moves/roll-back.ts";
import { WrongUseError } from "../outcome.ts";
import { splitWords } from "../terminal.ts";
import { action, type CommonFlags, commonFlags, explain, switchFlag, textFlag } from "./command.ts";

interface RollbackFlags extends CommonFlags {
  readonly reason?: string;
  readonly to?: Colour;
  readonly leaveFile?: boolean;
}

/** `rollback`: the candidate off the public path, at once. */
export const rollback = buildCommand({
  docs: explain("Return all public traffic at once, set the latch, tell people, then update config and record.", [
    {
      line: "npm run rollout -- rollback --stage production",
      purpose:
        "Take the candidate off the public path within seconds. When in doubt, run it. Running it twice is safe.",
    },
    {
      line: 'npm run rollout -- rollback --stage production --reason "logins fail since 25 %"',
      purpose: "The same, with the reason that everybody is told.",
    },
    {
      line: "npm run rollout -- rollback --stage production --to blue",
      purpose: "After a promote of green, within the rollback window: blue, which was live before, becomes live again.",
    },
  ]),
  parameters: {
    flags: {
      ...commonFlags,
      reason: { ...textFlag, brief: "Why, for the latch and the notice. By default: done by hand, no reason given." },
      to: {
        kind: "enum",
        values: colours,
        optional: true,
        brief:
          "The colour that gets all traffic. By default the live one. Within the rollback window after a promote, the one that was live before.",
      },
      leaveFile: { ...switchFlag, brief: "Leave stack file and record as they are. It asks Pulumi nothing." },
    },
  },
  func: action(async ({ stage, reason, to, leaveFile = false }: RollbackFlags, openWorld) => {
    if (leaveFile && to !== undefined) {
      throw new WrongUseError("--leave-file does not go with --to: a return is a change of liveColour in the file.");
    }
    const { rollBack } = await import("../moves/roll-back.ts");
    const result = await rollBack(await openWorld(stage), {
      reason: reason?.trim() || "rollback by hand, no reason given",
      to,
      leavesFile: leaveFile,
    });
    return {
      exitCode: result.problems.length === 0 ? 0 : 1,
      text: renderRollback(stage, result, leaveFile),
      json: result,
    };
  }),
});

/** Tells how a rollback ended: where the traffic is first, then what is left to be done. */
function renderRollback(stage: string, result: RollbackResult, leavesFile: boolean): string {
  const { split, trafficMilliseconds, isLatched, notes, problems, evidencePath } = result;
  const files = [...(leavesFile ? [] : [`Pulumi.${stage}.yaml`]), ...(evidencePath === null ? [] : [evidencePath])];
  const lines = [
    `Public traffic: ${splitWords(split)}, ${(trafficMilliseconds / 1000).toFixed(1)} s after the command began.`,
    ...notes,
    isLatched
      ? `The latch is set. To go on, when the cause is found: npm run rollout -- resume --stage ${stage}.`
      : "The latch is NOT set: nothing keeps an update from raising the weight.",
    ...(problems.length === 0 ? [] : ["Still to be done:", ...problems.map((problem) => `- ${problem}`)]),
    ...(files.length === 0 ? [] : [`Commit ${files.join(" and ")}.`]),
  ];
  return lines.join("\n");
}
