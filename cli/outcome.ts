/** How a program ends, for scripts. `--help` lists them. */
export const exitCodes = { done: 0, refusedOrFailed: 1, wrongUse: 2, notEnoughData: 3 } as const;

/** What a command found or did. */
export interface CommandOutcome {
  readonly exitCode: 0 | 1 | 3;
  /** For a person, on standard output. */
  readonly text: string;
  /** The same for a machine: one JSON document. */
  readonly json: unknown;
}

/** A command that was typed wrongly in a way that its flags cannot tell one by one. Nothing was changed. */
export class WrongUseError extends Error {
  readonly exitCode = exitCodes.wrongUse;
}

/** What a command refuses to do. Nothing was changed. */
export class RefusedError extends Error {
  readonly exitCode: 1 | 3;
  /** What is printed with `--json`, beside `outcome` and `problems`. */
  readonly report: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];
  readonly #asked: string;

  /**
   * @param asked what was asked for, such as `The step to 25 %`
   * @param problems a sentence or two each, with the next thing to do
   */
  constructor(
    asked: string,
    problems: readonly string[],
    { exitCode = 1, report = {} }: { exitCode?: 1 | 3; report?: Readonly<Record<string, unknown>> } = {},
  ) {
    const [only = "", ...more] = problems;
    const listed = more.length === 0 ? ` ${only}` : `\n- ${problems.join("\n- ")}`;
    super(`${asked} is ${exitCode === 3 ? "not taken: not enough data." : "refused."}${listed}`);
    this.name = "RefusedError";
    this.exitCode = exitCode;
    this.report = report;
    this.problems = problems;
    this.#asked = asked;
  }

  /** The same refusal with other words for each of its problems. */
  named(words: (problem: string) => string): RefusedError {
    const { exitCode, report } = this;
    return new RefusedError(this.#asked, this.problems.map(words), { exitCode, report });
  }
}

/** How a program ends that threw this. */
export function exitCodeOf(error: unknown): 1 | 2 | 3 {
  return error instanceof WrongUseError || error instanceof RefusedError ? error.exitCode : exitCodes.refusedOrFailed;
}

/** What a failure says. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
