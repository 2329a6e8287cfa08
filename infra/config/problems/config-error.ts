import type { Problem } from "./problem.ts";

/** Continuation lines of a fix stand under its first word. */
const fixIndent = " ".repeat(10);

function block(problem: Problem): string {
  return [
    `  ${problem.key} is ${problem.value}`,
    `    rule: ${problem.rule}`,
    `    fix:  ${problem.fix.replaceAll("\n", `\n${fixIndent}`)}`,
  ].join("\n");
}

/**
 * Everything that is wrong with a stack's config, told at once and before anything is registered.
 *
 * Under `pulumi` only the message is printed. The SDK hides the stack of an error that carries `__pulumiRunError`, which
 * is how its own `RunError` is recognised "even when multiple copies of the Pulumi SDK have been loaded"; carrying the
 * mark instead of extending the class keeps the reader free of the SDK. `hideStack` says the same to our own commands.
 */
export class ConfigError extends Error {
  override readonly name = "ConfigError";
  readonly hideStack = true;
  readonly __pulumiRunError = true;
  readonly problems: readonly Problem[];

  /**
   * @param file the stack file that the problems are in, as the message names it
   * @param problems at least one
   */
  constructor(file: string, problems: readonly Problem[]) {
    const count = problems.length === 1 ? "1 problem" : `${problems.length} problems`;
    super(`${file} has ${count}. Nothing was changed.\n\n${problems.map(block).join("\n\n")}\n`);
    this.problems = problems;
  }
}
