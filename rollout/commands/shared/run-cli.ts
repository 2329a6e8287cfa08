import { argumentProblem } from "./check-arguments.ts";
import type { Commands } from "./rollout-command.ts";
import { commandUsage, programUsage, shownOn } from "./usage.ts";

/** How a command ended, for scripts; `--help` says them in words. */
const exitCodes = { done: 0, refusedOrFailed: 1, wrongUse: 2 } as const;

/**
 * Runs one command of the CLI. Results go to standard output; refusals, failures and wrong use to standard error, so that
 * with `--json` standard output is one document or nothing.
 *
 * @param rawArguments the command's name and its arguments
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong use
 */
export async function runCli(commands: Commands, rawArguments: readonly string[]): Promise<number> {
  const [name, ...rest] = rawArguments;
  if (name === undefined) return wrongUse("No command was given.", await programUsage(commands));
  if (isHelp(name)) return help(await programUsage(commands));
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return wrongUse(`"${name}" is no command.`, await programUsage(commands));

  const command = await load();
  if (rest.some(isHelp)) return help(await commandUsage(command));
  const problem = argumentProblem(command.options, rest);
  if (problem !== undefined) return wrongUse(problem, await commandUsage(command));
  try {
    await command.run(rest);
    return exitCodes.done;
  } catch (error) {
    console.error(error instanceof Error ? error.message : String(error));
    return exitCodes.refusedOrFailed;
  }
}

function isHelp(word: string): boolean {
  return word === "--help" || word === "-h";
}

function help(usage: string): number {
  console.log(shownOn(process.stdout, usage));
  return exitCodes.done;
}

function wrongUse(problem: string, usage: string): number {
  console.error(`${problem}\n\n${shownOn(process.stderr, usage)}`);
  return exitCodes.wrongUse;
}
