/** Reads a short formula token by token. */
export class TokenReader {
  readonly #what: string;
  readonly #file: string;
  readonly #text: string;
  readonly #tokens: readonly string[];
  #at = 0;

  /**
   * @param what names the formula in errors, such as `metric math`
   * @param file where more of it would be read
   * @param token matches one token. Between tokens there may only be white space
   * @throws {Error} naming the first character that is not part of a token
   */
  constructor(what: string, file: string, text: string, token: RegExp) {
    this.#what = what;
    this.#file = file;
    this.#text = text;
    const unknown = text.replace(token, " ").trim()[0];
    if (unknown !== undefined) this.refuse(`has "${unknown}"`);
    this.#tokens = text.match(token) ?? [];
  }

  /** Takes the next token if it is one of `wanted`. @returns the token, or undefined where it is another one */
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

  /** Takes one certain token. @throws {Error} where the next token is another one */
  expect(wanted: string): void {
    if (this.takeOne(wanted) === undefined) this.refuse(`has no "${wanted}" where one is needed`);
  }

  /** @throws {Error} where tokens are left */
  end(): void {
    if (this.#at < this.#tokens.length) this.refuse(`goes on with "${this.#tokens[this.#at]}"`);
  }

  /** @throws {Error} always, because a judge that guessed the meaning would prove nothing */
  refuse(why: string): never {
    throw new Error(`The ${this.#what} \`${this.#text}\` ${why}, which is not modelled here. Add it to ${this.#file}.`);
  }
}
