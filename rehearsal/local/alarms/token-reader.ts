/** Reads a short formula token by token. */
export class TokenReader {
  readonly #what: string;
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  /**
   * @param what named in errors, such as `metric math`
   * @param token matches one token; what is between tokens may only be white space
   * @throws {Error} naming the first character that begins no token
   */
  constructor(what: string, text: string, token: RegExp) {
    this.#what = what;
    this.#text = text;
    const unknown = text.replace(token, " ").trim()[0];
    if (unknown !== undefined) this.refuse(`has "${unknown}"`);
    this.#tokens = text.match(token) ?? [];
  }

  /** Takes the next token if it is one of these. @returns the token, or undefined where it is another */
  takeOne(...wanted: readonly string[]): string | undefined {
    const next = this.#tokens[this.#at];
    if (next === undefined || !wanted.includes(next)) return undefined;
    this.#at++;
    return next;
  }

  /** Takes the next token, whatever it is. @throws {Error} at the end of the text */
  take(): string {
    const next = this.#tokens[this.#at];
    if (next === undefined) return this.refuse("ends too early");
    this.#at++;
    return next;
  }

  /** Takes one certain token. @throws {Error} where it is another */
  expect(wanted: string): void {
    if (this.takeOne(wanted) === undefined) this.refuse(`has no "${wanted}" where one is needed`);
  }

  /** @throws {Error} where something is left over */
  end(): void {
    if (this.#at < this.#tokens.length) this.refuse(`goes on with "${this.#tokens[this.#at]}"`);
  }

  /** @throws {Error} always: a rehearsal that guessed what was meant would prove nothing */
  refuse(why: string): never {
    throw new Error(
      `The ${this.#what} \`${this.#text}\` ${why}, which the rehearsal does not model. Teach it in rehearsal/local/alarms.`,
    );
  }
}
