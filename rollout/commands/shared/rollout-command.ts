import { type ArgsDef, type CommandDef, defineCommand, renderUsage, runCommand } from "citty";
import { stages } from "../../../infra/config/schema/stage-config.ts";

/** How the program is called, as help shows it. */
export const programName = "npm run rollout --";

/** The options that every command has. */
export const commonOptions = {
  stage: { type: "enum", options: [...stages], required: true, description: "The stage to look at." },
  json: { type: "boolean", description: "Print one JSON document, for machines." },
} as const satisfies ArgsDef;

/** A command line to copy, and what it is for. */
interface Example {
  readonly line: string;
  readonly purpose: string;
}

/** One command of the CLI, whatever its options are. */
export interface RolloutCommand {
  /** One sentence. */
  readonly description: string;
  readonly options: ArgsDef;
  readonly examples: readonly Example[];
  /** What it is, how it is called and its options, in colour. */
  usage(): Promise<string>;
  /**
   * @param rawArguments the words after the command's name
   * @throws {Error} when it is refused or fails; the message says what to do
   */
  run(rawArguments: readonly string[]): Promise<unknown>;
}

/** The commands by name, each loaded only when it is asked for. */
export type Commands = Readonly<Record<string, () => Promise<RolloutCommand>>>;

/** What a command is made of. Its `run` imports what it works with, so that help and wrong use cost no more than this. */
interface CommandParts<Options extends ArgsDef> {
  readonly name: string;
  readonly description: string;
  readonly options: Options;
  readonly examples: readonly Example[];
  readonly run: NonNullable<CommandDef<Options>["run"]>;
}

/** Defines a command; its `run` is given the options that it names, with their types. */
export function rolloutCommand<const Options extends ArgsDef>(parts: CommandParts<Options>): RolloutCommand {
  const { name, description, options, examples, run } = parts;
  const definition = defineCommand({ meta: { name: `${programName} ${name}`, description }, args: options, run });
  return {
    description,
    options,
    examples,
    usage: () => renderUsage(definition),
    run: (rawArguments) => runCommand(definition, { rawArgs: [...rawArguments] }),
  };
}
