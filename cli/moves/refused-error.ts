/** What a command refuses to do; nothing was changed. */
export class RefusedError extends Error {
  readonly exitCode: 1 | 3;
  /** What is printed with `--json`, beside `outcome` and `problems`. */
  readonly report: Readonly<Record<string, unknown>>;
  readonly problems: readonly string[];

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
  }
}
