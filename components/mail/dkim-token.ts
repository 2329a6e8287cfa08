/** Easy DKIM always gives this many tokens, some of them for keys to come. */
export const dkimTokenCount = 3;

/**
 * One of the tokens that SES gave for a domain.
 *
 * @param index from 0 to 2
 * @throws {Error} when SES gave fewer, as it does for an identity that signs with a key of its owner's
 */
export function dkimTokenAt(tokens: readonly string[], index: number, domain: string): string {
  const token = tokens[index];
  if (token === undefined) {
    throw new Error(
      `SES gave ${tokens.length} DKIM tokens for ${domain}: Easy DKIM gives ${dkimTokenCount}. Check in SES that the identity signs with Easy DKIM and not with a key of your own.`,
    );
  }
  return token;
}
