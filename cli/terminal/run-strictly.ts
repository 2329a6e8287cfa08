import { type ArgsDef, type CommandDef, runMain } from "citty";
import { argumentProblem } from "./check-arguments.ts";

/**
 * Runs a program of one command, and refuses what the parser would let pass: unknown options, and an absent required one.
 * The exit code is then 2, wrong use.
 */
export async function runStrictly<Args extends ArgsDef>(
  command: CommandDef<Args>,
  rawArgs: readonly string[] = process.argv.slice(2),
): Promise<void> {
  const asksForHelp = rawArgs.some((argument) => argument === "--help" || argument === "-h");
  const problem = asksForHelp ? undefined : argumentProblem(await definitionsOf(command), rawArgs);
  if (problem === undefined) return await runMain(command, { rawArgs: [...rawArgs] });
  console.error(`${problem} See --help.`);
  process.exitCode = 2;
}

/** A command may give its options as a value, a promise or a function. */
async function definitionsOf<Args extends ArgsDef>({ args }: CommandDef<Args>): Promise<ArgsDef> {
  return (await (typeof args === "function" ? args() : args)) ?? {};
}
