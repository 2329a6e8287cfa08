/** One thing that is wrong in a stack file, in the words that the person who must mend it reads. */
export interface Problem {
  /** The key as the stack file has it, such as `celebrant-portal:database.multiAz`. */
  readonly key: string;
  /**
   * What stands there: JSON, shortened where it is long; `missing`; `not a known key`; or `[secret]`, since no secret and
   * nothing under an unknown key, which may be a secret's misspelt name, is ever shown.
   */
  readonly value: string;
  /** What may stand there, and why. */
  readonly rule: string;
  /** A command to run or lines to write; the lines of one fix are joined by newlines. */
  readonly fix: string;
}
