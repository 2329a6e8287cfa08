import { type ArgsDef, defineCommand, type ParsedArgs, renderUsage, runCommand } from "citty";
import { type Stage, stages } from "../../../infra/config/schema/stage-config.ts";
import type { RolloutWorld } from "../../world/world.ts";
import type { CommandOutcome } from "./outcome.ts";

/** How the program is called, as help shows it. */
export const programName = "npm run rollout --";

/** The options that every command has. */
export const commonOptions = {
  stage: { type: "enum", options: [...stages], required: true, description: "The stage it is about." },
  json: { type: "boolean", description: "Print one JSON document, for machines." },
} as const satisfies ArgsDef;

/** A command line to copy, and what it is for. */
interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** Opens everything outside of this program that a command works with. */
export type OpenWorld = (stage: Stage) => Promise<RolloutWorld>;

/** The options that were given, by name. */
type OptionValues = Readonly<Record<string, unknown>>;

/** One command of the CLI, whatever its options are. */
export interface RolloutCommand {
  /** One sentence. */
  readonly description: string;
  readonly options: ArgsDef;
  /** What is wrong with options that are each right by themselves: a sentence, or undefined where nothing is. */
  problemOf(values: OptionValues): string | undefined;
  readonly examples: readonly Example[];
  /** What it is, how it is called and its options, in colour. */
  usage(): Promise<string>;
  /**
   * @param rawArguments the words after the command's name
   * @param openWorld what the command works with, for the stage that it is about
   * @throws {RefusedError} when it is refused
   * @throws {Error} when it fails; the message says what to do
   */
  run(rawArguments: readonly string[], openWorld: OpenWorld): Promise<CommandOutcome>;
}

/** The commands by name, each loaded only when it is asked for. */
export type Commands = Readonly<Record<string, () => Promise<RolloutCommand>>>;

/** What a command is made of. Its `run` imports what it works with, so that help and wrong use cost no more than this. */
interface CommandParts<Options extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly options: Options;
  /** Default: nothing is wrong with options together. */
  readonly problemOf?: (values: OptionValues) => string | undefined;
  readonly examples: readonly Example[];
  readonly run: (context: {
    readonly args: ParsedArgs<Options>;
    readonly openWorld: OpenWorld;
  }) => Promise<CommandOutcome>;
}

/** Defines a command; its `run` is given the options that it names, with their types. */
export function rolloutCommand<const Options extends ArgsDef>(parts: CommandParts<Options>): RolloutCommand {
  const { name, description, options, problemOf = () => undefined, examples, run } = parts;
  const meta = { name: `${programName} ${name}`, description };
  const definition = defineCommand({ meta, args: options, run: ({ args, data }) => run({ args, openWorld: data }) });
  return {
    description,
    options,
    problemOf,
    examples,
    usage: () => renderUsage(definition),
    async run(rawArguments, openWorld) {
      const { result } = await runCommand(definition, { rawArgs: [...rawArguments], data: openWorld });
      return result as CommandOutcome;
    },
  };
}
