import { visibly } from "../../../rollout/plain-text.ts";
import type { KeyPath } from "../config-keys.ts";

/** One thing that is wrong in a stack file, in words for the person who must fix it. */
export interface Problem {
  /** The key as the stack file has it, such as `celebrant-portal:database.multiAz`. */
  readonly key: string;
  /**
   * The value in the file: JSON, shortened where it is long; `missing`; `not a known key`; or `[secret]`. No secret is ever
   * shown, and nothing under an unknown key either, because that key may be the misspelt name of a secret.
   */
  readonly value: string;
  /** What the value must be, and why. */
  readonly rule: string;
  /** A command to run or lines to write. The lines of one fix are joined by newlines. */
  readonly fix: string;
}

/** A problem and its place in the config. */
export interface PlacedProblem {
  readonly path: KeyPath;
  readonly problem: Problem;
  /** The known key that an unknown one was probably meant to be, if it is missing. It is not reported as missing as well. */
  readonly meant?: KeyPath | undefined;
}

/** What a problem shows instead of a secret. */
export const hiddenValue = "[secret]";

/** Longer values are cut, so that a problem's value stays on one line. */
const longestShown = 80;

/** The password in a URL such as `postgresql://user:password@host`, up to the last `@`, since a password may hold one. */
const urlPassword = /(:\/\/[^/\s:@"]*):[^\s"]*@/g;

/** A value as a problem shows it: JSON, or `missing`. A password in a URL is not shown. */
export function shownValue(value: unknown): string {
  if (value === undefined) return "missing";
  const text = visibly(JSON.stringify(value)).replace(urlPassword, `$1:${hiddenValue}@`);
  return text.length <= longestShown ? text : `${text.slice(0, longestShown)}…`;
}

/** Continuation lines of a fix are indented to its first word. */
const fixIndent = " ".repeat(10);

function paragraph(problem: Problem): string {
  return [
    `  ${problem.key} is ${problem.value}`,
    `    rule: ${problem.rule}`,
    `    fix:  ${problem.fix.replaceAll("\n", `\n${fixIndent}`)}`,
  ].join("\n");
}

/**
 * All problems of a stack's config. It is thrown before anything is registered.
 *
 * Pulumi prints its message without a stack trace. The SDK hides the stack of an error that carries `__pulumiRunError`: it
 * recognises its own `RunError` by that mark "even when multiple copies of the Pulumi SDK have been loaded". With the mark
 * instead of the class, the reader of the config needs no SDK. `hideStack` tells our own commands the same.
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
    super(`${file} has ${count}. Nothing was changed.\n\n${problems.map(paragraph).join("\n\n")}\n`);
    this.problems = problems;
  }
}
