import { plainLines } from "../../../rollout/plain-text.ts";
import { RefusedError } from "../../moves/refused-error.ts";
import { argumentProblem } from "../../terminal/check-arguments.ts";
import { exitCodes } from "./outcome.ts";
import type { Commands, OpenWorld } from "./rollout-command.ts";
import { commandUsage, programUsage, shownOn } from "./usage.ts";

/**
 * Runs one command of the CLI. Results go to standard output; progress, refusals, failures and wrong use to standard
 * error. With `--json` standard output is one document, a refusal's too, or nothing where the command failed.
 *
 * @param rawArguments the command's name and its arguments
 * @param openWorld what commands work with
 * @returns the exit code: 0 done, 1 refused or failed, 2 wrong use, 3 not enough data
 */
export async function runCli(
  commands: Commands,
  rawArguments: readonly string[],
  openWorld: OpenWorld,
): Promise<number> {
  const [name, ...rest] = rawArguments;
  if (name === undefined) return wrongUse("No command was given.", await programUsage(commands));
  if (isHelp(name)) return help(await programUsage(commands));
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) return wrongUse(`"${name}" is no command.`, await programUsage(commands));

  const command = await load();
  if (rest.some(isHelp)) return help(await commandUsage(command));
  const problem = argumentProblem(command.options, rest, command.problemOf);
  if (problem !== undefined) return wrongUse(problem, await commandUsage(command));
  const json = rest.includes("--json");
  try {
    const { exitCode, text, json: document } = await command.run(rest, openWorld);
    console.log(json ? JSON.stringify(document, null, 2) : text);
    return exitCode;
  } catch (error) {
    console.error(plainLines(error instanceof Error ? error.message : String(error)));
    if (!(error instanceof RefusedError)) return exitCodes.refusedOrFailed;
    const { problems, report, exitCode } = error;
    const outcome = exitCode === exitCodes.notEnoughData ? "not enough data" : "refused";
    if (json) console.log(JSON.stringify({ outcome, problems, ...report }, null, 2));
    return exitCode;
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
  console.error(`${plainLines(problem)}\n\n${shownOn(process.stderr, usage)}`);
  return exitCodes.wrongUse;
}
