/** What the commands ask of Pulumi, for one stack. */
export interface PulumiPort {
  /**
   * The stack's outputs by name; none where no update has finished yet. A secret one reads as `[secret]`.
   *
   * @throws {Error} when they cannot be read; the message says why and what to do
   */
  outputs(): Promise<Record<string, unknown>>;
}
