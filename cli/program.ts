import {
  type ApplicationText,
  ArgumentScannerError,
  buildApplication,
  type Command,
  type CommandContext,
  ExitCode,
  formatMessageForArgumentScannerError,
  help,
  type PartialApplicationConfiguration,
  type RouteMap,
  run,
  type StricliProcess,
  text_en,
} from "@stricli/core";
import { plainLines } from "../rollout/plain-text.ts";
import { exitCodeOf, exitCodes, messageOf } from "./outcome.ts";
import { fitLines } from "./terminal.ts";

/** A stream that a person may be reading. */
export interface OutputStream {
  readonly write: (text: string) => unknown;
  readonly isTTY?: boolean;
  /** Of a terminal. */
  readonly columns?: number;
}

/** Where a program writes; `process` is one. */
export interface Terminal {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
}

/** What every command is given as `this`. */
export interface ProgramContext extends CommandContext {
  /** Streams that wrap long lines for a terminal, and the exit code where it is not what the library makes of it. */
  readonly process: StricliProcess;
}

/** A program, and the words that it was called with. */
export interface ProgramCall<Context extends ProgramContext> {
  /** How it is called, as help shows it: `npm run plan --`. */
  readonly name: string;
  readonly root: Command<Context> | RouteMap<Context>;
  readonly words: readonly string[];
  readonly terminal: Terminal;
  /** What the commands work with: these streams and whatever else they need. */
  readonly context: (process: StricliProcess) => Context;
}

/**
 * Runs a program once. Wrong use is told on standard error: the problem first, and then where its use is explained.
 *
 * @returns the exit code (`exitCodes`)
 */
export async function runProgram<Context extends ProgramContext>(call: ProgramCall<Context>): Promise<number> {
  const { name, root, words, terminal, context } = call;
  const host: StricliProcess = { stdout: fitted(terminal.stdout), stderr: fitted(terminal.stderr) };
  const command = "parameters" in root ? root : root.getRoutingTargetForInput(words[0] ?? "");
  const flags = (command !== undefined && "parameters" in command && command.parameters.flags) || {};
  // The library looks names up in this object: with a prototype it would take --constructor for a flag.
  Object.setPrototypeOf(flags, null);
  const program = programOf(call, flags);
  if (words.length === 0 && command === undefined) {
    host.stderr.write("No command was given.\n\n");
    await run(program, ["--help"], context({ stdout: host.stderr, stderr: host.stderr }));
    return exitCodes.wrongUse;
  }
  await run(program, words, context(host));
  const exitCode = wrongUses.has(Number(host.exitCode)) ? exitCodes.wrongUse : Number(host.exitCode);
  if (exitCode === exitCodes.wrongUse) {
    const used = command === undefined || command === root ? name : `${name} ${words[0]}`;
    host.stderr.write(`\nHow to use it: ${used} --help\n`);
  }
  return exitCode;
}

function programOf<Context extends ProgramContext>({ name, root }: ProgramCall<Context>, flags: Flags) {
  const settings: PartialApplicationConfiguration = {
    name,
    scanner: { caseStyle: "allow-kebab-for-camel", allowArgumentEscapeSequence: true },
    documentation: { disableAnsiColor: true },
    localization: { text: wordingFor(flags) },
    determineExitCode: exitCodeOf,
  };
  const flagsOfAll = {
    help: help<Context>({
      brief: "Show this help.",
      defaultForRouteMap: true,
      formatting: {
        caseStyle: "convert-camel-to-kebab",
        useAliasInUsageLine: false,
        // The flags are listed below it.
        onlyRequiredInUsageLine: true,
      },
    }),
  };
  return "parameters" in root
    ? buildApplication(root, settings, flagsOfAll)
    : buildApplication(root, settings, flagsOfAll);
}

/** Codes of the library. The last one is a name at the root that is no flag: `--constructor`. */
const wrongUses: ReadonlySet<number> = new Set([
  ExitCode.UnknownCommand,
  ExitCode.InvalidArgument,
  ExitCode.IntegrationError,
]);

/** Wraps what is written to a terminal. Files and pipes get whole lines, which are easier to search. */
function fitted(stream: OutputStream): OutputStream {
  if (stream.isTTY !== true) return { write: (text) => stream.write(text) };
  return { write: (text) => stream.write(fitLines(text, Math.min(stream.columns ?? longestLine, longestLine))) };
}

/** Columns. */
const longestLine = 100;

type Flags = NonNullable<Command<CommandContext>["parameters"]["flags"]>;

/** What the program says of wrong use and of failures. */
function wordingFor(flags: Flags): ApplicationText {
  return {
    ...text_en,
    noCommandRegisteredForInput: ({ input, corrections }) =>
      `There is no command ${shown(input)}.${suggested(corrections.map((one) => one.replaceAll("`", "")))}`,
    exceptionWhileParsingArguments: (error) =>
      error instanceof ArgumentScannerError ? argumentProblem(error, flags) : plainMessageOf(error),
    exceptionWhileRunningCommand: plainMessageOf,
    exceptionWhileRunningIntegrationFlag: () => "There is no such flag.",
  };
}

function argumentProblem(error: ArgumentScannerError, flags: Flags): string {
  const flagOf = (name: string) => Object.entries(flags).find(([key]) => kebab(key) === name)?.[1];
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      `There is no flag --${input}.${suggested(corrections.map((one) => `--${kebab(one)}`))}`,
    AliasNotFoundError: ({ input }) => `There is no flag -${input}.`,
    EnumValidationError: ({ externalFlagName, input, values }) =>
      `--${externalFlagName} cannot be ${shown(input)}. Choose ${listed(values)}.`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder: name, input, exception }) =>
      flagOf(name)?.kind === "boolean"
        ? `--${name} takes no value, and was given ${shown(input)}.`
        : `--${name} cannot be ${shown(input)}. ${plainMessageOf(exception)}`,
    UnsatisfiedFlagError: ({ externalFlagName, nextFlagName }) => {
      const flag = flagOf(externalFlagName);
      const before = nextFlagName === undefined ? "" : ` before --${nextFlagName}`;
      const values = flag?.kind === "enum" ? `: ${listed(flag.values)}` : "";
      return `--${externalFlagName} needs a value${before}${values}.`;
    },
    UnexpectedFlagError: ({ externalFlagName, previousInput, input }) =>
      `--${externalFlagName} was given twice: ${shown(previousInput)} and ${shown(input)}.`,
    UnexpectedPositionalError: ({ input }) => {
      const [, name] = /^(--[\w-]+)=/.exec(input) ?? [];
      return name === undefined
        ? `${shown(input)} belongs to no flag. Write every value behind its flag: --name value.`
        : `${name} needs a value of one line behind "=".`;
    },
  });
}

function suggested(corrections: readonly string[]): string {
  return corrections.length === 0 ? "" : ` Did you mean ${listed(corrections)}?`;
}

/** `migrate, integrity or seed` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} or ${words.at(-1)}`;
}

function kebab(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function shown(input: string): string {
  return `"${plainLines(input)}"`;
}

function plainMessageOf(error: unknown): string {
  return plainLines(messageOf(error));
}

/** Reads a flag's value as a number, with or without decimals. */
export function numberFlag(text: string): number {
  const value = Number(text);
  if (text.trim() === "" || !Number.isFinite(value)) throw new RangeError("Give a number, such as 300 or 0.95.");
  return value;
}

/** Reads a flag's value as a whole number from 1 up. */
export function countFlag(text: string): number {
  if (!/^[1-9]\d{0,8}$/.test(text)) throw new RangeError("Give a whole number from 1 up.");
  return Number(text);
}
