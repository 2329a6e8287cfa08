/** How a command ended, for scripts; `--help` says them in words. */
export const exitCodes = { done: 0, refusedOrFailed: 1, wrongUse: 2, notEnoughData: 3 } as const;

/** What a command found or did. */
export interface CommandOutcome {
  readonly exitCode: 0 | 1 | 3;
  /** For a person, on standard output. */
  readonly text: string;
  /** The same for a machine: one document. */
  readonly json: unknown;
}
