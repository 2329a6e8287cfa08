/** What one form says. Notes are not read: they are for people. */
export interface Answer {
  readonly who: string;
  readonly isTeam: boolean;
  /**
   * - `accepted`: nothing failed, and the decision is pass
   * - `not accepted`: something failed, or the decision did
   * - `open`: something is not filled in yet, or nobody has answered at all
   * - `unreadable`: the file is no such form
   */
  readonly state: "accepted" | "not accepted" | "open" | "unreadable";
  /** Items that failed. */
  readonly failed: readonly string[];
  /** Items that worked with difficulty. */
  readonly difficult: readonly string[];
  /** How many lines are not filled in. */
  readonly open: number;
  /** What is wrong with the file, a clause each. */
  readonly problems: readonly string[];
}

/** An answer in a sentence, without the person and the notes. */
export function answerText({ state, failed, difficult, open, problems }: Answer): string {
  const difficulties = difficult.length === 0 ? "" : `; with difficulty: ${difficult.join("; ")}`;
  switch (state) {
    case "accepted":
      return `accepted${difficulties}`;
    case "not accepted":
      return `not accepted: ${failed.join("; ")}${difficulties}`;
    case "open":
      return `${open === 1 ? "1 line is" : `${open} lines are`} not filled in${difficulties}`;
    case "unreadable":
      return problems.join("; ");
  }
}
