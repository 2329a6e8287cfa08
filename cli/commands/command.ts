import type { FlagParametersForType } from "@stricli/core";
import { namingStage } from "../../rollout/move.ts";
import { type Stage, stages } from "../../rollout/names.ts";
import { type CommandOutcome, exitCodeOf, exitCodes, messageOf, RefusedError } from "../outcome.ts";
import { numberFlag, type ProgramContext } from "../program.ts";
import type { CommandEnd } from "../reports/summary.ts";
import type { Screen } from "../terminal.ts";
import type { RolloutWorld } from "../world.ts";

/** How the program is called, as help shows it. */
export const programName = "npm run rollout --";

/** Opens everything outside of this program that a command works with. */
export type OpenWorld = (stage: Stage) => Promise<RolloutWorld>;

/** What a command is given besides its flags. */
export interface RolloutContext extends ProgramContext {
  readonly openWorld: OpenWorld;
  readonly screen: Screen;
  /** The command's name, such as `advance`. */
  readonly command: string;
  /** Prints a JSON document on standard output, in lines as long as they are. */
  readonly printDocument: (document: unknown) => void;
}

/** The flags that every command has. */
export interface CommonFlags {
  readonly stage: Stage;
  readonly json?: boolean;
  readonly summary?: string;
}

/** A flag that holds text. */
export const textFlag = { kind: "parsed", optional: true, parse: String } as const;

export const commonFlags: FlagParametersForType<CommonFlags, RolloutContext> = {
  stage: { kind: "enum", values: stages, brief: "The stage that it is about." },
  json: { kind: "boolean", optional: true, withNegated: false, brief: "Print one JSON document, for machines." },
  summary: {
    ...textFlag,
    placeholder: "file",
    brief: "Add how it ended to this file as Markdown, for a pipeline's page.",
  },
};

/** The flags of a command that takes a move. */
export interface MoveFlags extends CommonFlags {
  readonly reason?: string;
  readonly dryRun?: boolean;
  readonly commit?: boolean;
}

/** A flag that holds a number. */
export const numberOption = { kind: "parsed", parse: numberFlag, optional: true, placeholder: "number" } as const;

/** A flag that is there or is not. */
export const switchFlag = { kind: "boolean", optional: true, withNegated: false } as const;

export const moveFlags: FlagParametersForType<MoveFlags, RolloutContext> = {
  ...commonFlags,
  reason: {
    ...textFlag,
    brief: "Why the move may skip its bake, its order or missing data. Recorded; counts once.",
  },
  dryRun: { ...switchFlag, brief: "Ask the gate and preview. Change nothing." },
  commit: {
    ...switchFlag,
    brief: "Ask the gate, edit the stack file and commit it, for a pull request. Deploy nothing.",
  },
};

/** A command line to copy, and what it is for. */
interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** A command's help: what it does, examples and exit codes. The flags are added to it. */
export function explain(brief: string, examples: readonly Example[]) {
  const lines = examples.flatMap(({ line, purpose }) => [`  ${line}`, `      ${purpose}`]);
  const codes = "  0 done, 1 refused or failed, 2 wrong use, 3 not enough data";
  return { brief, fullDescription: [brief, "", "EXAMPLES", ...lines, "", "EXIT CODES", codes].join("\n") };
}

/**
 * Makes a command of a function: it prints what the function found or did, and says it by the exit code. Results go to
 * standard output, refusals and failures to standard error. With `--json` standard output is one document, a refusal's too,
 * or nothing where the command failed. With `--summary` a file gets the same words, however the command ended.
 *
 * @param run gets the flags, and last the words that are none. It imports what it works with, so that help and wrong use cost no more than the commands' own files
 */
export function action<Flags extends CommonFlags, Words extends readonly string[] = []>(
  run: (flags: Flags, openWorld: OpenWorld, screen: Screen, words: Words) => Promise<CommandOutcome>,
): (this: RolloutContext, flags: Flags, ...words: Words) => Promise<void> {
  return async function (flags, ...words) {
    try {
      const { exitCode, text: found, json } = await run(flags, this.openWorld, this.screen, words);
      const text = namingStage(found, flags.stage);
      await summarize(this, flags, { exitCode, text, isRefusal: false });
      if (flags.json === true) this.printDocument(json);
      else this.process.stdout.write(`${text}\n`);
      this.process.exitCode = exitCode;
    } catch (failure) {
      const error = forStage(failure, flags.stage);
      const isRefusal = error instanceof RefusedError;
      await summarize(this, flags, { exitCode: exitCodeOf(error), text: messageOf(error), isRefusal });
      if (flags.json === true && isRefusal) {
        const outcome = error.exitCode === exitCodes.notEnoughData ? "not enough data" : "refused";
        this.printDocument({ outcome, problems: error.problems, ...error.report });
      }
      throw error;
    }
  };
}

/** A file that cannot be written takes nothing back of what the command did: it is told, and the command ends as it would. */
async function summarize(
  { command, process }: RolloutContext,
  { stage, summary }: CommonFlags,
  end: Pick<CommandEnd, "exitCode" | "text" | "isRefusal">,
): Promise<void> {
  if (summary === undefined) return;
  const { appendSummary } = await import("../reports/summary.ts");
  await appendSummary(summary, { command, stage, ...end }).catch((error: unknown) => {
    process.stderr.write(`The summary was not written. ${messageOf(error)}\n`);
  });
}

/** A failure whose lines to copy name the stage: what the rules and AWS's adapters say knows none. */
function forStage(failure: unknown, stage: Stage): unknown {
  if (failure instanceof RefusedError) return failure.named((text) => namingStage(text, stage));
  if (!(failure instanceof Error)) return failure;
  failure.message = namingStage(failure.message, stage);
  return failure;
}
